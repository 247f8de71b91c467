package org.racewitness.analyzer.trace.std;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NameTableTest {
    private final NameTable table = new NameTable();

    private int intern(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return table.intern(bytes, 0, bytes.length);
    }

    @Test
    void namesOfAllLengthsThatBeginAlike() {
        Map<String, Integer> known = new HashMap<>();
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder name = new StringBuilder("prefix_prefix_prefix".substring(0, random.nextInt(20)));
            for (int more = random.nextInt(4); more > 0; more--) {
                name.append((char) ('a' + random.nextInt(3)));
            }
            String text = name.toString();
            int number = intern(text);
            Integer before = known.putIfAbsent(text, number);
            assertEquals(before == null ? known.size() : before, number, "seed " + seed + ", name " + text);
        }
        known.forEach((text, number) -> assertEquals(text, table.name(number), "seed " + seed));
        assertEquals(known.size(), table.size());
    }

    @Test
    void zeroBytesCount() {
        assertNotEquals(intern("V"), intern("V\0"));
        assertNotEquals(intern("12345678"), intern("12345678\0"));
        assertEquals("V\0", table.name(intern("V\0")));
    }

    @Test
    void whatStandsAroundANameDoesNotMatter() {
        byte[] text = "T1|w(V1)|x T2|w(V1)".getBytes(StandardCharsets.UTF_8);
        assertEquals(table.intern(text, 5, 7), table.intern(text, 16, 18));
        assertEquals(table.intern(text, 0, 2), table.intern("T1".getBytes(StandardCharsets.UTF_8), 0, 2));
    }
}
