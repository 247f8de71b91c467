package org.racewitness.analyzer.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.engine.state.LongTable;
import org.racewitness.analyzer.engine.state.PairTable;

/** Lock sequences, stack sets and the tables below them, against Java's own collections. */
class InternedSetsTest {
    private final long seed = System.nanoTime();
    private final SplittableRandom random = new SplittableRandom(seed);

    @Test
    void equalSetsHaveEqualNumbersInWhateverOrderTheyGrew() {
        StackSets sets = new StackSets();
        int one = sets.with(sets.with(sets.with(0, 3), 9), 5);
        int other = sets.with(sets.with(sets.with(sets.with(0, 9), 5), 3), 5);
        assertEquals(one, other);
        assertArrayEquals(new int[] {3, 5, 9}, sets.stacks(one));
        assertNotEquals(one, sets.with(one, 4));
    }

    @Test
    void aFullSetStaysAsItIs() {
        StackSets sets = new StackSets();
        TreeSet<Integer> expected = new TreeSet<>();
        int set = 0;
        for (int i = 0; i < 40; i++) {
            int stack = 1 + random.nextInt(30);
            if (expected.size() < StackSets.MAX_STACKS) {
                expected.add(stack);
            }
            set = sets.with(set, stack);
        }
        assertArrayEquals(expected.stream().mapToInt(Integer::intValue).toArray(), sets.stacks(set), "seed " + seed);
    }

    @Test
    void locksComeAndGoAsInAList() {
        LockSets sets = new LockSets();
        List<Long> held = new ArrayList<>();
        int set = 0;
        for (int i = 0; i < 10_000; i++) {
            long lock = 1L + random.nextInt(6);
            if (held.size() < 8 && random.nextBoolean()) {
                held.add(lock);
                set = sets.with(set, lock);
            } else {
                int innermost = held.lastIndexOf(lock);
                if (innermost >= 0) {
                    held.remove(innermost);
                }
                set = sets.without(set, lock);
            }
            assertArrayEquals(held.stream().mapToLong(Long::longValue).toArray(), sets.locks(set), "seed " + seed);
        }
        assertEquals(0, sets.without(0, 1));
    }

    @Test
    void pairsAreNumberedInTheOrderOfArrivalUpToTheLimit() {
        PairTable table = new PairTable(500);
        Map<List<Long>, Integer> expected = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            long first = random.nextInt(40) * 0x1_0000_0001L;
            long second = random.nextInt(40) - 20L;
            int number = table.intern(first, second);
            Integer known = expected.get(List.of(first, second));
            if (known != null) {
                assertEquals(known, number, "seed " + seed);
            } else if (expected.size() == 500) {
                assertEquals(0, number);
            } else {
                expected.put(List.of(first, second), number);
                assertEquals(expected.size(), number, "seed " + seed);
                assertEquals(first, table.first(number));
                assertEquals(second, table.second(number));
            }
        }
        assertEquals(500, table.size());
    }

    /** However many such pairs lie between those that the table finds, and whenever it grows. */
    @Test
    void pairsThatTheCallerFindsAreNotInterned() {
        PairTable table = new PairTable(100_000);
        Map<Integer, Integer> interned = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            int pair = random.nextInt(20_000);
            if (random.nextInt(1 + i % 1000) == 0) {
                Integer known = interned.put(pair, table.intern(pair, 1));
                assertTrue(known == null || known.equals(interned.get(pair)), "seed " + seed);
            } else {
                assertEquals(table.size() + 1, table.add(pair, 1), "seed " + seed);
            }
        }
        interned.forEach((pair, number) -> assertEquals(number, table.intern(pair, 1), "seed " + seed));
    }

    @Test
    void theTableOfLongsIsAMap() {
        LongTable<Long> table = new LongTable<>();
        Map<Long, Long> expected = new HashMap<>();
        for (int i = 0; i < 200_000; i++) {
            long key = random.nextInt(4) == 0 ? random.nextInt(300) : (long) random.nextInt(300) << 32;
            switch (random.nextInt(3)) {
                case 0 -> {
                    table.put(key, (long) i);
                    expected.put(key, (long) i);
                }
                case 1 -> {
                    table.remove(key);
                    expected.remove(key);
                }
                default -> assertEquals(expected.get(key), table.get(key), "seed " + seed);
            }
        }
        assertEquals(expected.size(), table.size());
        HashSet<Long> keys = new HashSet<>();
        for (int slot = 0; slot < table.capacity(); slot++) {
            if (table.valueAt(slot) != null) {
                keys.add(table.keyAt(slot));
                assertEquals(expected.get(table.keyAt(slot)), table.valueAt(slot));
            }
        }
        assertEquals(expected.keySet(), keys);
    }
}
