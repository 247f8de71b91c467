package org.racewitness.analyzer.race;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.racewitness.analyzer.engine.RaceSink;
import org.racewitness.analyzer.engine.RacingAccess;
import org.racewitness.analyzer.engine.state.PairTable;
import org.racewitness.analyzer.explain.Explanations;
import org.racewitness.analyzer.report.RaceExplanation;
import org.racewitness.analyzer.scope.Scopes;
import org.racewitness.analyzer.trace.SessionModel;

/**
 * The racing pairs of one process, gathered by operations and stacks while its events are judged. What they are called and what their verdict
 * is, is left to the end, when all definitions are there. Belongs to the thread that drives the process's engine.
 */
public final class SessionRaces implements RaceSink {
    /** Pairs of stacks told apart. */
    static final int MAX_PAIRS = 1 << 20;

    private static final int OPERATION_BITS = 8;
    private static final int REASON_SHIFT = OPERATION_BITS + 32;
    private static final int[] NONE = {};

    private final SessionModel model;
    private final int pid;
    private final PairTable pairs = new PairTable(MAX_PAIRS);
    private final List<RawRace> races = new ArrayList<>();
    private final PairTable readsThenWrites = new PairTable(MAX_PAIRS);
    private final Map<Integer, int[]> writesAfter = new HashMap<>();
    private final RacingLines lines;
    private final Explanations explanations = new Explanations();
    private final DeadObjects objects;
    private long beyondLimit;
    private Scopes scopes = Scopes.NONE;
    private LongUnaryOperator unixNanos = ticks -> RaceExplanation.NO_TIME;

    SessionRaces(SessionModel model, int pid) {
        this.model = model;
        this.pid = pid;
        this.lines = new RacingLines(model);
        this.objects = new DeadObjects(model);
    }

    @Override
    public void dead(long object) {
        objects.dead(object);
    }

    /** Who knows in which scope accesses are made; given before the first race. */
    public void scopes(Scopes known) {
        scopes = known;
    }

    /** Who knows nanoseconds since 1970 by ticks; given before the first event. */
    public void clock(LongUnaryOperator unixNanosOf) {
        unixNanos = unixNanosOf;
    }

    /** Nanoseconds since 1970, {@link RaceExplanation#NO_TIME} where nobody knows. */
    long unixNanos(long ticks) {
        return unixNanos.applyAsLong(ticks);
    }

    @Override
    public void race(long object, long key, long count, RacingAccess earlier, RacingAccess later) {
        long a = identity(earlier);
        long b = identity(later);
        boolean inOrder = a <= b;
        RacingAccess first = inOrder ? earlier : later;
        RacingAccess second = inOrder ? later : earlier;
        int reason = benignReason(first, second);
        int number = pairs.intern((inOrder ? a : b) | (long) reason << REASON_SHIFT, inOrder ? b : a);
        if (number == 0) {
            beyondLimit++;
            return;
        }
        if (number > races.size()) {
            String benign = reason == 0 ? null : scopes.text(reason);
            if (reason == 0) {
                lines.add(first.stack(), second.stack());
            }
            races.add(new RawRace(first, second, benign, explanations.explain(first, second, inOrder)));
        }
        RawRace race = races.get(number - 1);
        if (race.add(first, second, object, key, count)) {
            objects.name(object, key, race);
        }
        race.happenedIn(scopes.test(earlier.thread(), earlier.moment()));
        race.happenedIn(scopes.test(later.thread(), later.moment()));
    }

    @Override
    public void synchronised(int thread, long time, int kind, long object, long token, int stack, long ticks) {
        explanations.synchronised(thread, time, kind, object, token, stack, ticks);
    }

    private int benignReason(RacingAccess first, RacingAccess second) {
        int reason = scopes.benignReason(first.thread(), first.moment());
        return reason != 0 ? reason : scopes.benignReason(second.thread(), second.moment());
    }

    /** Names of the tests in which it happened. */
    List<String> tests(RawRace race) {
        return Arrays.stream(race.tests()).mapToObj(scopes::text).toList();
    }

    private static long identity(RacingAccess access) {
        return (long) access.stack() << OPERATION_BITS | access.operation().code();
    }

    @Override
    public void readThenWrite(int readStack, int writeStack) {
        int known = readsThenWrites.size();
        if (readsThenWrites.intern(readStack, writeStack) > known) {
            writesAfter.merge(readStack, new int[] {writeStack}, RawSide::union);
        }
    }

    /** Pairs of source lines that raced so far; may be asked by any thread at any time. */
    int racingLines() {
        return lines.count();
    }

    SessionModel model() {
        return model;
    }

    int pid() {
        return pid;
    }

    List<RawRace> races() {
        return races;
    }

    /** Stacks of writes that came after a racing read with that stack. */
    int[] writesAfter(int readStack) {
        return writesAfter.getOrDefault(readStack, NONE);
    }

    /** Occurrences that were not kept because the process had more than {@value #MAX_PAIRS} different racing pairs of stacks. */
    public long beyondLimit() {
        return beyondLimit;
    }
}
