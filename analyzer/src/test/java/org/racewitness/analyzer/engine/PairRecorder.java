package org.racewitness.analyzer.engine;

import java.util.HashSet;
import java.util.Set;

/** Keeps the racing pairs that an engine tells, by stack, and the locations. */
final class PairRecorder implements RaceSink {
    record Place(long object, long key) {
        @Override
        public String toString() {
            return object + ":" + Long.toHexString(key);
        }
    }

    record Pair(Place place, int earlierStack, int laterStack) {}

    final Set<Pair> pairs = new HashSet<>();
    final Set<Place> places = new HashSet<>();

    /** How often one was told. */
    int told;

    @Override
    public void race(long object, long key, long count, RacingAccess earlier, RacingAccess later) {
        told++;
        for (long i = 0; i < count; i++) {
            Place place = new Place(object, key + i);
            places.add(place);
            pairs.add(new Pair(place, earlier.stack(), later.stack()));
        }
    }

    @Override
    public void readThenWrite(int readStack, int writeStack) {
        // not a matter of which accesses race
    }
}
