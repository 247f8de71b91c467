package org.racewitness.analyzer.engine.hb;

import java.util.Arrays;
import org.racewitness.analyzer.clock.Epoch;
import org.racewitness.analyzer.engine.LockSets;
import org.racewitness.analyzer.engine.StackSets;
import org.racewitness.analyzer.engine.state.History;
import org.racewitness.analyzer.engine.state.LongTable;
import org.racewitness.analyzer.engine.state.ObjectState;
import org.racewitness.analyzer.engine.state.ProgramPoints;
import org.racewitness.analyzer.engine.state.ThreadState;
import org.racewitness.analyzer.trace.SessionModel;

/** Clocks, objects and interned sets of one process. Belongs to its engine. */
public final class HbState {
    final LockSets lockSets = new LockSets();
    final StackSets stackSets = new StackSets();
    final ProgramPoints points;
    private final LongTable<ObjectState> objects = new LongTable<>();
    private ThreadState[] threads = new ThreadState[16];
    private long locations;

    /** The object that was asked for last, which is often the one asked for next; null for none. */
    private ObjectState recent;

    HbState(SessionModel model) {
        this.points = new ProgramPoints(model);
    }

    /** The thread of that dense number, made at its first mention; null where a number is out of range. */
    ThreadState threadOrNull(long number) {
        if (number < 0 || number > Epoch.MAX_THREAD) {
            return null;
        }
        int index = (int) number;
        if (index >= threads.length) {
            threads = Arrays.copyOf(threads, Math.max(index + 1, threads.length * 2));
        }
        if (threads[index] == null) {
            threads[index] = new ThreadState(index);
        }
        return threads[index];
    }

    /** The object of that number, made at its first mention. */
    ObjectState object(long number) {
        ObjectState object = objectOrNull(number);
        if (object == null) {
            object = new ObjectState(number);
            objects.put(number, object);
            recent = object;
        }
        return object;
    }

    ObjectState objectOrNull(long number) {
        if (recent == null || recent.number != number) {
            ObjectState found = objects.get(number);
            if (found == null) {
                return null;
            }
            recent = found;
        }
        return recent;
    }

    void forget(long object) {
        objects.remove(object);
        recent = null;
    }

    /** The history of that item, made at its first access. */
    History item(ObjectState object, long key) {
        History history = object.itemOrNull(key);
        if (history == null) {
            history = newHistory();
            object.putItem(key, history);
        }
        return history;
    }

    History shape(ObjectState object) {
        if (object.shape() == null) {
            object.setShape(newHistory());
        }
        return object.shape();
    }

    History allItems(ObjectState object) {
        if (object.allItems() == null) {
            object.setAllItems(newHistory());
        }
        return object.allItems();
    }

    private History newHistory() {
        locations++;
        return new History();
    }

    /** Locations ever made. */
    long locations() {
        return locations;
    }
}
