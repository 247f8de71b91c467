package org.racewitness.analyzer.trace;

import java.util.ArrayList;
import java.util.List;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.SyncKind;

/** Writes down the events in the order in which they come. */
final class RecordedEvents implements TraceEvents {
    record Event(String what, int thread, int code, long object, long keyOrToken, long keys, int stack) {
        @Override
        public String toString() {
            return "t" + thread + " " + what + " " + object + (keys == 0 ? "" : "/" + keyOrToken) + further();
        }

        private String further() {
            return keys <= 1
                    ? ""
                    : " and " + (RecordDescriptor.rangeCount(keys) - 1) + " by " + RecordDescriptor.rangeStride(keys);
        }
    }

    final List<Event> events = new ArrayList<>();

    @Override
    public void access(int thread, int operation, long object, long key, long keys, int stack) {
        events.add(new Event(OperationCode.name(operation), thread, operation, object, key, keys, stack));
    }

    @Override
    public void late(int thread, long back, int operation, long object, long key, long keys, int stack) {
        events.add(new Event(OperationCode.name(operation) + " " + back, thread, operation, object, key, keys, stack));
    }

    @Override
    public void step(int thread) {
        events.add(new Event("STEP", thread, 0, 0, 0, 0, 0));
    }

    @Override
    public void sync(int thread, int kind, long object, long token, int stack) {
        events.add(new Event(SyncKind.name(kind), thread, kind, object, token, 0, stack));
    }

    @Override
    public void dead(int thread, long object) {
        events.add(new Event("DEAD", thread, 0, object, 0, 0, 0));
    }

    /** Short names of all events, one per element. */
    List<String> lines() {
        return events.stream().map(Event::toString).toList();
    }
}
