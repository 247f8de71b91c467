package org.racewitness.analyzer.race;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongUnaryOperator;
import org.racewitness.analyzer.explain.RawExplanation;
import org.racewitness.analyzer.explain.RawSync;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.RaceExplanation;
import org.racewitness.analyzer.trace.SessionModel;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.trace.TraceThread;
import org.racewitness.analyzer.wire.SyncKind;

/** Explanations with the names that a report gives to threads, locks and stacks. Belongs to its judge. */
final class ExplanationNames {
    private final SessionModel model;
    private final StackFrames frames;
    private final LockNames objects;
    private final LongUnaryOperator unixNanos;

    /** @param unixNanos nanoseconds since 1970 by ticks */
    ExplanationNames(SessionModel model, StackFrames frames, LockNames objects, LongUnaryOperator unixNanos) {
        this.model = model;
        this.frames = frames;
        this.objects = objects;
        this.unixNanos = unixNanos;
    }

    /** @param inOrder whether the report shows the pair's first side first */
    RaceExplanation of(RawExplanation raw, boolean inOrder) {
        RawExplanation.Side first = inOrder ? raw.first : raw.second;
        RawExplanation.Side second = inOrder ? raw.second : raw.first;
        List<RaceExplanation.Edge> edges = new ArrayList<>();
        addEdge(edges, 0, first, second);
        addEdge(edges, 1, second, first);
        return new RaceExplanation(
                raw.firstIsEarlier == inOrder ? 0 : 1, List.of(side(first), side(second)), List.copyOf(edges));
    }

    private void addEdge(
            List<RaceExplanation.Edge> edges, int from, RawExplanation.Side teller, RawExplanation.Side hearer) {
        if (teller.told != null && hearer.heard != null) {
            edges.add(new RaceExplanation.Edge(from, sync(teller.told), sync(hearer.heard)));
        }
    }

    private RaceExplanation.Side side(RawExplanation.Side side) {
        return new RaceExplanation.Side(
                events(side.time), events(side.knownByOther), sync(side.before), sync(side.after()));
    }

    /** How many events of its thread there were by that local time, negative for unknown. */
    private static long events(long time) {
        return time < 0 ? time : time / TraceEvents.MOMENTS;
    }

    private RaceExplanation.Sync sync(RawSync sync) {
        if (sync == null) {
            return null;
        }
        return new RaceExplanation.Sync(
                SyncKind.name(sync.kind()).toLowerCase(Locale.ROOT).replace('_', '-'),
                thread(sync.thread()),
                events(sync.time()),
                sync.object() == 0 ? null : objects.of(sync.object()),
                sync.other() < 0 || sync.other() >= model.threadCount() ? null : thread(sync.other()),
                frames.of(sync.stack()),
                unixNanos.applyAsLong(sync.ticks()));
    }

    private Access.ThreadRef thread(int number) {
        TraceThread thread = model.thread(number);
        return new Access.ThreadRef(thread.uid(), thread.name());
    }
}
