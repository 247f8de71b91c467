package org.racewitness.analyzer.engine;

import java.util.ArrayList;
import java.util.List;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.wire.LocationKey;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.SyncKind;

/** Events that can be told to several engines, and printed. Each access has a stack of its own, its position from 1. */
final class RecordedTrace implements TraceEvents {
    private record Told(String text, java.util.function.Consumer<TraceEvents> event) {}

    private final List<Told> told = new ArrayList<>();

    @Override
    public void access(int thread, int operation, long object, long key, long keys, int stack) {
        String text = "T" + thread + " " + OperationCode.name(operation) + " object " + object + " "
                + LocationKey.describe(key)
                + (keys == 1
                        ? ""
                        : " keys " + RecordDescriptor.rangeCount(keys) + " by " + RecordDescriptor.rangeStride(keys))
                + " stack " + stack;
        told.add(new Told(text, events -> events.access(thread, operation, object, key, keys, stack)));
    }

    @Override
    public void sync(int thread, int kind, long object, long token, int stack) {
        String text = "T" + thread + " " + SyncKind.name(kind) + " object " + object + " token " + token;
        told.add(new Told(text, events -> events.sync(thread, kind, object, token, stack)));
    }

    @Override
    public void dead(int thread, long object) {
        told.add(new Told("T" + thread + " DEAD object " + object, events -> events.dead(thread, object)));
    }

    @Override
    public void late(int thread, long back, int operation, long object, long key, long keys, int stack) {
        told.add(new Told(
                "T" + thread + " late by " + back + " " + OperationCode.name(operation) + " object " + object,
                events -> events.late(thread, back, operation, object, key, keys, stack)));
    }

    @Override
    public void step(int thread) {
        told.add(new Told("T" + thread + " STEP", events -> events.step(thread)));
    }

    /**
     * The same trace of a program of so many stacks, the accesses of which are in loops: a thread makes each that often in a row.
     *
     * @param loops 1 for no loops
     */
    RecordedTrace ofStacks(int stacks, int loops) {
        RecordedTrace same = new RecordedTrace();
        replay(new TraceEvents() {
            @Override
            public void access(int thread, int operation, long object, long key, long keys, int stack) {
                for (int i = 0; i < loops; i++) {
                    same.access(thread, operation, object, key, keys, stack % stacks + 1);
                }
            }

            @Override
            public void sync(int thread, int kind, long object, long token, int stack) {
                same.sync(thread, kind, object, token, stack);
            }

            @Override
            public void dead(int thread, long object) {
                same.dead(thread, object);
            }
        });
        return same;
    }

    void replay(TraceEvents events) {
        told.forEach(one -> one.event.accept(events));
    }

    int length() {
        return told.size();
    }

    /** The trace without the event at that position, for making failing traces smaller. */
    RecordedTrace without(int position) {
        RecordedTrace smaller = new RecordedTrace();
        smaller.told.addAll(told);
        smaller.told.remove(position);
        return smaller;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        told.forEach(one -> text.append(one.text).append('\n'));
        return text.toString();
    }
}
