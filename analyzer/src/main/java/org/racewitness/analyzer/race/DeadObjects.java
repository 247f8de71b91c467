package org.racewitness.analyzer.race;

import org.racewitness.analyzer.engine.state.LongTable;
import org.racewitness.analyzer.explain.RawExplanation;
import org.racewitness.analyzer.explain.RawSync;
import org.racewitness.analyzer.trace.LongQueue;
import org.racewitness.analyzer.trace.SessionModel;
import org.racewitness.analyzer.wire.LocationKey;

/**
 * Gives back the definitions of objects that have ended and that no race names. They stay until {@link #KEPT} others have ended, so that a child
 * forked just before finds them. Belongs to its races.
 */
final class DeadObjects {
    static final int KEPT = 1 << 16;

    private final SessionModel model;
    private final LongQueue dead = new LongQueue();
    private int waiting;

    /** A set: objects that races, locks held at them and explanations name. */
    private final LongTable<Boolean> named = new LongTable<>();

    DeadObjects(SessionModel model) {
        this.model = model;
    }

    void dead(long object) {
        dead.add(object);
        if (++waiting > KEPT) {
            long oldest = dead.first();
            dead.removeFirst();
            waiting--;
            if (named.get(oldest) == null) {
                model.forgetObject(oldest);
            }
        }
    }

    /** A race has a location that it did not have before. */
    void name(long object, long key, RawRace race) {
        name(object);
        if (LocationKey.kind(key) == LocationKey.KIND_OBJECT) {
            name(LocationKey.value(key));
        }
        if (race.locations() == 1) {
            name(race.first.locks);
            name(race.second.locks);
            if (race.explanation != null) {
                name(race.explanation.first);
                name(race.explanation.second);
            }
        }
    }

    private void name(long[] objects) {
        for (long object : objects) {
            name(object);
        }
    }

    private void name(RawExplanation.Side side) {
        name(side.before);
        name(side.heard);
        name(side.told);
        name(side.after());
    }

    private void name(RawSync sync) {
        if (sync != null) {
            name(sync.object());
        }
    }

    private void name(long object) {
        named.put(object, Boolean.TRUE);
    }
}
