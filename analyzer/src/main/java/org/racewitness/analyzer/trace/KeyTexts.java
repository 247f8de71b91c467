package org.racewitness.analyzer.trace;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What KEY records say: texts of location keys. Nobody knows when the last object with such a key ends, so their memory has a limit: beyond it the
 * half goes that was defined first, and is counted. Not thread-safe: guarded by the {@link Definitions} that owns it.
 */
final class KeyTexts {
    /** Of a text and its place in the map, besides its characters. */
    private static final int ENTRY_BYTES = 120;

    private final Map<Long, String> texts = new LinkedHashMap<>();
    private long maxBytes = Long.MAX_VALUE;
    private long bytes;
    private long forgotten;

    void limit(long newMaxBytes) {
        maxBytes = newMaxBytes;
    }

    void put(long key, String text) {
        String before = texts.put(key, text);
        bytes += bytes(text) - (before == null ? 0 : bytes(before));
        if (bytes > maxBytes) {
            forgetOldest(texts.size() / 2);
        }
    }

    private void forgetOldest(int count) {
        Iterator<String> oldest = texts.values().iterator();
        for (int i = 0; i < count; i++) {
            bytes -= bytes(oldest.next());
            oldest.remove();
        }
        forgotten += count;
    }

    /** Null where there is none any more. */
    String get(long key) {
        return texts.get(key);
    }

    long bytes() {
        return bytes;
    }

    /** How many texts went to stay within the limit. */
    long forgotten() {
        return forgotten;
    }

    private static long bytes(String text) {
        return (long) ENTRY_BYTES + text.length();
    }
}
