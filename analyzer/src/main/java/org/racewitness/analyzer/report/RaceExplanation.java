package org.racewitness.analyzer.report;

import java.util.List;

/**
 * What a person needs to believe a race: how far each side knew of the other, what each thread did to synchronise around its access, and
 * where the two were last ordered. It describes the occurrence that {@link Race#accesses} shows; {@code docs/dev/explanation.md}.
 *
 * @param observedFirst 0 or 1: which of the race's accesses the trace has first
 * @param sides two, each of the race's access at that index
 * @param lastOrdered at most one for each direction
 */
public record RaceExplanation(int observedFirst, List<Side> sides, List<Edge> lastOrdered) {

    /** Of a {@link Side#knownByOther} that nobody knows. */
    public static final long UNKNOWN = -1;

    /** Of a {@link Sync#unixNanos} that nobody knows. */
    public static final long NO_TIME = Long.MIN_VALUE;

    /**
     * One access in its thread.
     *
     * @param time local time: position among the events of the thread, from 1
     * @param knownByOther the local time up to which the other thread, at its own access, knew this one; 0 for not at all, {@link #UNKNOWN}
     * @param before the thread's last synchronisation before, null for none or too long ago
     * @param after the thread's first synchronisation behind, null for none
     */
    public record Side(long time, long knownByOther, Sync before, Sync after) {}

    /**
     * One synchronisation.
     *
     * @param kind as in the wire format, in small letters with hyphens
     * @param time local time in its thread
     * @param object by kind and place of creation, {@code Lock counter.py:9}; null for none
     * @param other the other thread of a fork, begin or join, null for none
     * @param stack innermost first, empty unknown
     * @param unixNanos when it happened, in nanoseconds since 1970 by the process's clock; {@link #NO_TIME}
     */
    public record Sync(
            String kind,
            Access.ThreadRef thread,
            long time,
            String object,
            Access.ThreadRef other,
            List<Frame> stack,
            long unixNanos) {

        /** At a time that nobody knows. */
        public Sync(
                String kind,
                Access.ThreadRef thread,
                long time,
                String object,
                Access.ThreadRef other,
                List<Frame> stack) {
            this(kind, thread, time, object, other, stack, NO_TIME);
        }
    }

    /**
     * A point at which the two threads were ordered: all that one did up to {@code release} is before what the other did after {@code acquire}.
     *
     * @param from 0 or 1, the access whose thread released; the other one's acquired
     */
    public record Edge(int from, Sync release, Sync acquire) {}
}
