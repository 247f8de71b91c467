package org.racewitness.analyzer.trace.std;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A stretch of bytes that ends at a delimiter, found eight bytes at a time, with what {@link NameTable} needs to look it up. Belongs to its
 * reader.
 *
 * <p>The text must be followed by {@value #PADDING} bytes that may be read.
 */
final class Field {
    static final int PADDING = 8;

    /** An odd number without pattern: 2^64 divided by the golden ratio. */
    static final long SPREAD = 0x9E3779B97F4A7C15L;

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long NEWLINES = '\n' * ONES;

    int from;

    /** Of the delimiter. */
    int end;

    /** See {@link #head(byte[], int, int)}. */
    long head;

    /** See {@link #rest(byte[], int, int)}. */
    long rest;

    /** The field from {@code start} up to that delimiter; answers whether it comes before the line ends. A line does end. */
    boolean find(byte[] text, int start, char delimiter) {
        long delimiters = delimiter * ONES;
        from = start;
        rest = 0;
        long word = word(text, start);
        long ends = places(word, delimiters) | places(word, NEWLINES);
        int at = start;
        if (ends == 0) {
            head = word;
            do {
                at += Long.BYTES;
                word = word(text, at);
                ends = places(word, delimiters) | places(word, NEWLINES);
                if (ends == 0) {
                    rest = mixed(rest, word);
                }
            } while (ends == 0);
            int bits = bitsBefore(ends);
            rest = bits == 0 ? rest : mixed(rest, word & (1L << bits) - 1);
            end = at + (bits >>> 3);
        } else {
            int bits = bitsBefore(ends);
            head = word & (1L << bits) - 1;
            end = at + (bits >>> 3);
        }
        return text[end] == delimiter;
    }

    int length() {
        return end - from;
    }

    int number(byte[] text, NameTable names) {
        return names.intern(text, from, end, head, rest);
    }

    /** The first eight bytes, little-endian, zeros behind the end. */
    static long head(byte[] text, int from, int to) {
        return to - from >= Long.BYTES && from + Long.BYTES <= text.length
                ? word(text, from)
                : bytes(text, from, Math.min(to, from + Long.BYTES));
    }

    /** A hash of what comes behind the head, word by word, zeros behind the end; 0 for nothing. */
    static long rest(byte[] text, int from, int to) {
        long hash = 0;
        for (int at = from + Long.BYTES; at < to; at += Long.BYTES) {
            hash = mixed(hash, head(text, at, to));
        }
        return hash;
    }

    /** The first of the names' letters as {@link #head} has them; at most eight. */
    static long headOf(String name) {
        long head = 0;
        for (int i = 0; i < name.length(); i++) {
            head |= (long) name.charAt(i) << (i * Byte.SIZE);
        }
        return head;
    }

    private static long bytes(byte[] text, int from, int to) {
        long word = 0;
        for (int at = from; at < to; at++) {
            word |= (text[at] & 0xFFL) << ((at - from) * Byte.SIZE);
        }
        return word;
    }

    private static long mixed(long hash, long word) {
        long mixed = (hash ^ word) * SPREAD;
        return mixed ^ mixed >>> 29;
    }

    private static long word(byte[] text, int at) {
        return (long) WORD.get(text, at);
    }

    /** The top bit of each byte that is the wanted one; above the lowest there may be others (Mycroft's test for a zero byte). */
    private static long places(long word, long wanted) {
        long zeros = word ^ wanted;
        return zeros - ONES & ~zeros & ONES << 7;
    }

    private static int bitsBefore(long places) {
        return Long.numberOfTrailingZeros(places) - 7;
    }
}
