package org.racewitness.analyzer.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class KeyTextsTest {
    private static final int KEYS = 100_000;
    private static final long LIMIT_BYTES = 1 << 20;

    private final KeyTexts texts = new KeyTexts();

    @Test
    void theOldestGoWhereThereAreTooMany() {
        texts.limit(LIMIT_BYTES);
        for (int key = 1; key <= KEYS; key++) {
            texts.put(key, "'key " + key + "'");
            assertTrue(texts.bytes() <= LIMIT_BYTES, "key " + key);
            assertEquals("'key " + key + "'", texts.get(key));
        }
        assertNull(texts.get(1));
        long kept = 0;
        for (int key = 1; key <= KEYS; key++) {
            kept += texts.get(key) == null ? 0 : 1;
        }
        assertEquals(KEYS, kept + texts.forgotten());
        assertTrue(kept > 1000, kept + " kept");
    }

    @Test
    void theLastTextOfAKeyCounts() {
        texts.put(1, "a");
        long bytes = texts.bytes();
        texts.put(1, "b");
        assertEquals("b", texts.get(1));
        assertEquals(bytes, texts.bytes());
        assertEquals(0, texts.forgotten());
    }
}
