package org.racewitness.analyzer.scope;

import java.util.LinkedHashMap;
import java.util.Map;
import org.racewitness.analyzer.engine.state.LongTable;
import org.racewitness.analyzer.trace.SessionModel;

/**
 * Tells the tests in which two threads shared an object from those in which they did not, and which therefore prove nothing about races.
 *
 * <p>A module, class, function or closure cell counts as shared only if one of the two wrote to it within the test: nearly every two threads
 * read the same functions and modules. Belongs to its tracker.
 */
final class TestSharing {
    private static final int KIND_CLASS = 2;
    private static final int KIND_CELL = 5;

    private final SessionModel model;

    /** By test, whether two threads shared an object in it. */
    private final Map<Integer, Boolean> shared = new LinkedHashMap<>();

    /** For each test that is going on and has shared nothing yet: the thread that used an object, and whether it wrote. */
    private final Map<Integer, LongTable<Use>> open = new LinkedHashMap<>();

    private record Use(int thread, boolean wrote) {}

    TestSharing(SessionModel model) {
        this.model = model;
    }

    void begin(int test) {
        if (!shared.getOrDefault(test, false)) {
            shared.putIfAbsent(test, false);
            open.putIfAbsent(test, new LongTable<>());
        }
    }

    void end(int test) {
        open.remove(test);
    }

    void access(int test, int thread, long object, boolean writes) {
        LongTable<Use> uses = open.get(test);
        if (uses == null) {
            return;
        }
        Use use = uses.get(object);
        if (use == null) {
            uses.put(object, new Use(thread, writes));
        } else if (use.thread() != thread && (writes || use.wrote() || sharedByReading(object))) {
            shared.put(test, true);
            open.remove(test);
        } else if (writes && !use.wrote()) {
            uses.put(object, new Use(thread, true));
        }
    }

    private boolean sharedByReading(long object) {
        int kind = model.objectKind(object);
        return kind < KIND_CLASS || kind > KIND_CELL;
    }

    /** Test numbers in the order in which they began, and whether two threads shared an object in each. */
    Map<Integer, Boolean> results() {
        return shared;
    }
}
