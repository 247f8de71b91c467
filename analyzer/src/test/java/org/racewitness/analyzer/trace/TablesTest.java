package org.racewitness.analyzer.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The primitive tables against the collections that they stand in for. */
class TablesTest {
    private final long seed = Long.getLong("racewitness.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final String replay = "-Dracewitness.seed=" + seed;

    @Test
    void theHeapAgainstASort() {
        ThreadHeap heap = new ThreadHeap();
        Map<Integer, Long> expected = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            int thread = random.nextInt(60);
            if (random.nextInt(3) == 0) {
                heap.remove(thread);
                expected.remove(thread);
            } else {
                long key = random.nextInt(40);
                heap.put(thread, key);
                expected.put(thread, key);
            }
            List<Map.Entry<Integer, Long>> sorted = expected.entrySet().stream()
                    .sorted(Map.Entry.<Integer, Long>comparingByValue()
                            .thenComparing(Map.Entry::getKey, Comparator.naturalOrder()))
                    .limit(2)
                    .toList();
            assertEquals(expected.size(), heap.size(), replay);
            if (!sorted.isEmpty()) {
                assertEquals(sorted.get(0).getKey(), heap.first(), replay);
                assertEquals(sorted.get(0).getValue(), heap.firstKey(), replay);
            }
            assertEquals(sorted.size() < 2 ? Long.MAX_VALUE : sorted.get(1).getValue(), heap.secondKey(), replay);
            assertEquals(expected.containsKey(thread), heap.contains(thread), replay);
        }
    }

    @Test
    void objectsThatComeAndGo() {
        ObjectTable table = new ObjectTable();
        Map<Long, Integer> expected = new HashMap<>();
        for (int i = 1; i < 50_000; i++) {
            long object = 1L + random.nextInt(300) * (long) (1 + random.nextInt(3) * 64);
            if (random.nextInt(3) == 0) {
                table.remove(object);
                expected.remove(object);
            } else {
                table.put(object, 3, i, i + 1, i + 2);
                expected.put(object, i);
            }
            long asked = 1L + random.nextInt(300);
            int slot = table.find(asked);
            assertEquals(expected.get(asked), slot < 0 ? null : (Integer) table.type(slot), replay);
        }
        expected.forEach((object, type) -> {
            int slot = table.find(object);
            assertEquals(
                    List.of(3, type, type + 1, type + 2),
                    List.of(table.kind(slot), table.type(slot), table.stack(slot), table.label(slot)),
                    replay);
        });
    }

    @Test
    void numbersInDenseAndWildOrder() {
        IntIntMap map = new IntIntMap();
        Map<Integer, Integer> expected = new HashMap<>();
        for (int i = 1; i < 20_000; i++) {
            int key = random.nextInt(4) == 0 ? random.nextInt() : i;
            if (key != 0) {
                map.put(key, i);
                expected.put(key, i);
            }
            int probe = random.nextBoolean() ? random.nextInt() : random.nextInt(i + 10);
            assertEquals(expected.getOrDefault(probe, 0), map.get(probe), replay);
        }
        expected.forEach((key, value) -> assertEquals(value, map.get(key), replay));
    }

    @Test
    void objectsKeepTheirLastDefinition() {
        ObjectTable table = new ObjectTable();
        Map<Long, Integer> expected = new HashMap<>();
        for (int i = 1; i < 20_000; i++) {
            long object = 1 + (random.nextBoolean() ? random.nextInt(i) : random.nextLong() >>> 25);
            table.put(object, i % 16, i, -i, 2 * i);
            expected.put(object, i);
        }
        expected.forEach((object, i) -> {
            int slot = table.find(object);
            assertEquals(i % 16, table.kind(slot), replay);
            assertEquals(i, table.type(slot), replay);
            assertEquals(-i, table.stack(slot), replay);
            assertEquals(2 * i, table.label(slot), replay);
        });
        assertEquals(-1, table.find(0));
        assertEquals(-1, table.find(1L << 39));
    }

    @Test
    void equalStacksHaveOneNumber() {
        StackTable stacks = new StackTable();
        Map<List<Integer>, Integer> expected = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            int parent = random.nextInt(stacks.size() + 1);
            int code = random.nextInt(8);
            int offset = random.nextInt(4);
            int stack = stacks.intern(parent, code, offset);
            Integer known = expected.putIfAbsent(List.of(parent, code, offset), stack);
            assertEquals(known == null ? stacks.size() : known, stack, replay);
            assertEquals(parent, stacks.parent(stack), replay);
            assertEquals(code, stacks.code(stack), replay);
            assertEquals(offset, stacks.offset(stack), replay);
        }
        assertEquals(0, stacks.parent(0));
        assertEquals(0, stacks.code(stacks.size() + 1));
    }

    @Test
    void aQueueGivesBackWhatItTook() {
        LongQueue queue = new LongQueue();
        long added = 0;
        long removed = 0;
        for (int i = 0; i < 100_000; i++) {
            if (random.nextInt(100) < (i / 1000 % 2 == 0 ? 60 : 40)) {
                queue.add(added++);
            } else if (!queue.isEmpty()) {
                assertEquals(removed++, queue.first(), replay);
                queue.removeFirst();
            }
        }
        assertEquals(added == removed, queue.isEmpty(), replay);
    }
}
