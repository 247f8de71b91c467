package org.racewitness.analyzer.trace;

/**
 * Arrays that the streams of a session's threads have no use for at the moment: a new one would have to be cleared, and would lie in memory that no cache holds. Not thread-safe.
 */
final class SpareWords {
    /** Kept at most, in words: 2 MiB. */
    private static final int MAX_WORDS = 1 << 18;

    /** Shorter ones are made as they are needed. */
    private static final int SHORTEST = 512;

    private static final int MAX_ARRAYS = 64;

    private final long[][] arrays = new long[MAX_ARRAYS][];
    private int count;
    private int words;

    /** An array of at least that length, with anything in it. */
    long[] take(int length) {
        for (int i = length < SHORTEST ? -1 : count - 1; i >= 0; i--) {
            long[] array = arrays[i];
            if (array.length >= length) {
                arrays[i] = arrays[--count];
                arrays[count] = null;
                words -= array.length;
                return array;
            }
        }
        return new long[length];
    }

    /** Nobody uses that array any more. */
    void give(long[] array) {
        if (array.length >= SHORTEST && count < MAX_ARRAYS && words + array.length <= MAX_WORDS) {
            arrays[count++] = array;
            words += array.length;
        }
    }
}
