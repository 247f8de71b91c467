package org.racewitness.analyzer.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.trace.SimulatedProcess.Event;
import org.racewitness.analyzer.wire.RecordWriter;

/** Random executions, sent whole or live in random pieces: the order that comes out explains what the execution did. */
class SequencerRandomTest {
    private static final int ROUNDS = Integer.getInteger("racewitness.rounds", 400);

    @Test
    void theOrderExplainsTheExecution() {
        long first = Long.getLong("racewitness.seed", System.nanoTime());
        for (long seed = first; seed < first + ROUNDS; seed++) {
            Random random = new Random(seed);
            SimulatedProcess process = new SimulatedProcess(
                    random, 1 + random.nextInt(8), 1 + random.nextInt(6), 20 + random.nextInt(400));
            String replay = "-Dracewitness.seed=" + seed;
            TraceFixture session = random.nextBoolean() ? live(process, random) : whole(process);
            SessionCounters counters = session.finish();
            assertEquals(0, counters.waiting(), replay);
            assertEquals(counters.received(), counters.analysed(), replay);
            check(process, session, replay);
        }
    }

    private static TraceFixture whole(SimulatedProcess process) {
        TraceFixture session = new TraceFixture();
        for (List<Event> events : process.threads) {
            send(session, events, 0, events.size());
        }
        return session;
    }

    /** Sends each thread's events in pieces; after some of them says how far everything has been sent. */
    private static TraceFixture live(SimulatedProcess process, Random random) {
        TraceFixture session = new TraceFixture();
        int threads = process.threads.size();
        int[] sent = new int[threads];
        long unsent = process.threads.stream().mapToInt(List::size).sum();
        while (unsent > 0) {
            int t = random.nextInt(threads);
            List<Event> events = process.threads.get(t);
            int end = Math.min(events.size(), sent[t] + random.nextInt(8));
            send(session, events, sent[t], end);
            unsent -= end - sent[t];
            sent[t] = end;
            if (random.nextInt(3) == 0) {
                session.trace.mark(watermark(process, sent));
                session.counters();
            }
        }
        return session;
    }

    private static long watermark(SimulatedProcess process, int[] sent) {
        long watermark = Long.MAX_VALUE;
        for (int t = 0; t < sent.length; t++) {
            List<Event> events = process.threads.get(t);
            if (sent[t] < events.size()) {
                watermark = Math.min(watermark, events.get(sent[t]).began - 1);
            }
        }
        return watermark;
    }

    private static void send(TraceFixture session, List<Event> events, int from, int to) {
        RecordWriter w = new RecordWriter();
        for (int i = from; i < to; i++) {
            SimulatedProcess.write(w, events.get(i), i == 0 ? -1 : events.get(i - 1).began);
        }
        if (w.count() > 0) {
            session.send(events.get(0).uid, w);
        }
    }

    private static void check(SimulatedProcess process, TraceFixture session, String replay) {
        Map<Long, Event> byNumber = new HashMap<>();
        process.threads.forEach(events -> events.forEach(e -> byNumber.put(e.number, e)));
        List<Event> order = new ArrayList<>();
        Map<Long, Event> deaths = new HashMap<>();
        byNumber.values().stream().filter(Event::isDead).forEach(e -> deaths.put(e.object, e));
        for (RecordedEvents.Event event : session.recorded.events) {
            order.add(event.what().equals("DEAD") ? deaths.get(event.object()) : byNumber.get(event.keyOrToken()));
        }
        assertEquals(byNumber.size(), order.size(), replay);
        Map<Integer, Integer> next = new HashMap<>();
        Map<Long, List<Event>> writes = new HashMap<>();
        long stamp = 0;
        for (Event event : order) {
            int index = next.merge(event.uid, 1, Integer::sum) - 1;
            assertEquals(process.threads.get(event.uid - 1).get(index), event, () -> "program order, " + replay);
            if (event.isSync()) {
                assertEquals(++stamp, event.stamp, () -> "order of stamps, " + replay);
            } else if (event.isWrite()) {
                writes.computeIfAbsent(event.object, o -> new ArrayList<>()).add(event);
            } else if (event.isRead()) {
                checkRead(event, writes.getOrDefault(event.object, List.of()), replay);
            } else {
                assertTrue(
                        process.threads.stream()
                                .flatMap(List::stream)
                                .filter(e -> e.object == event.object && !e.isSync() && e != event)
                                .allMatch(e -> order.indexOf(e) < order.indexOf(event)),
                        () -> "an access came after the end of its object, " + replay);
            }
        }
    }

    /** The write that the read saw came before it, and no write came before it that began only after the read must have happened. */
    private static void checkRead(Event read, List<Event> before, String replay) {
        assertTrue(
                read.saw == null || before.contains(read.saw), () -> "the write that was read comes later, " + replay);
        assertTrue(
                before.stream().allMatch(w -> w.began <= read.nextBegan),
                () -> "a write comes first that can not have been read, " + replay);
    }
}
