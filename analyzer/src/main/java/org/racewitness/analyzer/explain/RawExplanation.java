package org.racewitness.analyzer.explain;

import org.racewitness.analyzer.engine.RacingAccess;

/** What is known around one racing pair, by the numbers of its process. The last synchronisations come in when they happen. */
public final class RawExplanation {

    /** One access of the pair. */
    public static final class Side {
        /** Dense number. */
        public final int thread;

        /** Local time of the access. */
        public final long time;

        /** Local time of this thread up to which the other one knew it; -1 unknown. */
        public final long knownByOther;

        /** Null for none or forgotten. */
        public final RawSync before;

        /** This thread's event by which it last heard of the other one, null for none or forgotten. */
        public final RawSync heard;

        /** This thread's event up to which the other one knew it, null for none or forgotten. */
        public final RawSync told;

        /** Null until it happens. */
        private RawSync after;

        private Side(RacingAccess access, RacingAccess other, SyncHistory history) {
            thread = access.thread();
            time = access.moment();
            knownByOther = other.knownOfOther();
            before = history.before(thread, time);
            heard = access.heardOfOther() < 0 ? null : history.atOrAfter(thread, access.heardOfOther());
            told = knownByOther <= 0 ? null : history.atOrBefore(thread, knownByOther);
            after = history.atOrAfter(thread, time + 1);
        }

        /** The thread's first synchronisation behind the access, null for none. */
        public RawSync after() {
            return after;
        }

        /** The thread's first synchronisation behind the access has come. */
        void complete(RawSync sync) {
            after = sync;
        }
    }

    public final Side first;
    public final Side second;

    /** Whether {@code first} is the one that the trace has first. */
    public final boolean firstIsEarlier;

    public RawExplanation(RacingAccess first, RacingAccess second, boolean firstIsEarlier, SyncHistory history) {
        this.first = new Side(first, second, history);
        this.second = new Side(second, first, history);
        this.firstIsEarlier = firstIsEarlier;
    }
}
