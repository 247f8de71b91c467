package org.racewitness.analyzer.scope;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.racewitness.analyzer.engine.Engine;
import org.racewitness.analyzer.trace.SessionModel;
import org.racewitness.analyzer.trace.TraceEvents;
import org.racewitness.analyzer.wire.OperationCode;
import org.racewitness.analyzer.wire.RecordDescriptor;
import org.racewitness.analyzer.wire.SyncKind;

/**
 * Stands before the engine of one process, passes every event on, and keeps for each thread when it worked for which test and when the program
 * called its accesses benign (NOTE records of {@code docs/wire-format.md}).
 *
 * <p>The thread that says that a test begins runs it until it says that it ends. A thread started by a thread that works for a test works for
 * that test for the rest of its life, also when the test is over, unless it takes work out of a queue: then it works for the test of the thread
 * that put it in. All other threads work for the test that is going on, whoever runs it.
 *
 * <p>Owned by the thread that drives the engine.
 */
public final class ScopeTracker implements TraceEvents, Scopes {
    /** Texts told apart, tests and reasons together; what comes beyond is not tracked. */
    static final int MAX_TEXTS = 1 << 20;

    /** Items waiting in queues whose sender is remembered. */
    private static final int MAX_POSTED = 1 << 16;

    private final Engine engine;
    private final TestSharing sharing;
    private ThreadScope[] threads = new ThreadScope[16];
    private int threadCount;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> texts = new ArrayList<>(List.of(""));

    /** Tests that began and have not ended, by the thread that runs them, the latest last. */
    private final Map<Integer, Integer> open = new LinkedHashMap<>();

    private final Map<Posted, Integer> posted = new HashMap<>();

    private record Posted(long container, long item) {}

    public ScopeTracker(Engine engine, SessionModel model) {
        this.engine = engine;
        this.sharing = new TestSharing(model);
    }

    // ---- events ----

    @Override
    public void access(int thread, int operation, long object, long key, long keys, int stack) {
        if (!open.isEmpty() && OperationCode.isKnown(operation)) {
            sharing.access(effectiveTest(scope(thread)), thread, object, !OperationCode.isPureRead(operation));
        }
        engine.access(thread, operation, object, key, keys, stack);
    }

    @Override
    public void accesses(int thread, long[] words, int from, int count) {
        if (open.isEmpty()) {
            engine.accesses(thread, words, from, count);
        } else {
            TraceEvents.super.accesses(thread, words, from, count);
        }
    }

    /** What is told late is told before the thread works for another test. */
    @Override
    public void late(int thread, long back, int operation, long object, long key, long keys, int stack) {
        if (!open.isEmpty() && OperationCode.isKnown(operation)) {
            sharing.access(effectiveTest(scope(thread)), thread, object, !OperationCode.isPureRead(operation));
        }
        engine.late(thread, back, operation, object, key, keys, stack);
    }

    @Override
    public void step(int thread) {
        engine.step(thread);
    }

    @Override
    public void sync(int thread, int kind, long object, long token, int stack) {
        engine.sync(thread, kind, object, token, stack);
        switch (kind) {
            case SyncKind.FORK -> started(thread, token);
            case SyncKind.END -> ended(thread);
            case SyncKind.POST -> posted(thread, object, token);
            case SyncKind.TAKE -> taken(thread, left(object, token));
            case SyncKind.DROP, SyncKind.EVICT -> left(object, token);
            default -> {
                // says nothing about who works for whom
            }
        }
    }

    @Override
    public void dead(int thread, long object) {
        engine.dead(thread, object);
    }

    @Override
    public void note(int thread, int kind, String text) {
        ThreadScope scope = scope(thread);
        switch (kind) {
            case RecordDescriptor.NOTE_TEST_BEGINS -> testBegins(thread, scope, number(text));
            case RecordDescriptor.NOTE_TEST_ENDS -> testEnds(thread, scope);
            case RecordDescriptor.NOTE_BENIGN_BEGINS -> {
                if (scope.benignDepth++ == 0) {
                    scope.benignReason = number(text);
                    changed(thread);
                }
            }
            case RecordDescriptor.NOTE_BENIGN_ENDS -> {
                if (scope.benignDepth > 0 && --scope.benignDepth == 0) {
                    scope.benignReason = 0;
                    changed(thread);
                }
            }
            default -> engine.note(thread, kind, text);
        }
    }

    // ---- tests ----

    private void testBegins(int thread, ThreadScope scope, int test) {
        if (test != 0) {
            open.remove(thread);
            open.put(thread, test);
            sharing.begin(test);
            scope.test = test;
            scope.isRunner = true;
            allChanged();
        }
    }

    private void testEnds(int thread, ThreadScope scope) {
        Integer test = open.remove(thread);
        if (test != null) {
            sharing.end(test);
        }
        scope.test = 0;
        scope.isRunner = false;
        allChanged();
    }

    private void ended(int thread) {
        if (isTracked(thread)) {
            threads[thread].ended = true;
        }
    }

    private void started(int parent, long child) {
        int test = open.isEmpty() && !isTracked(parent) ? 0 : scope(parent).test;
        if (test != 0 && child >= 0 && child <= Integer.MAX_VALUE - 1) {
            scope((int) child).test = test;
            changed((int) child);
        }
    }

    private void posted(int thread, long container, long item) {
        int test = open.isEmpty() && !isTracked(thread) ? 0 : scope(thread).test;
        if (test != 0 && posted.size() < MAX_POSTED) {
            posted.put(new Posted(container, item), test);
        }
    }

    /** The test of the thread that put the item in, 0 unknown. */
    private int left(long container, long item) {
        Integer test = posted.isEmpty() ? null : posted.remove(new Posted(container, item));
        return test == null ? 0 : test;
    }

    private void taken(int thread, int test) {
        ThreadScope scope = scope(thread);
        if (test != 0 && !scope.isRunner && scope.test != test) {
            scope.test = test;
            changed(thread);
        }
    }

    private boolean isTracked(int thread) {
        return thread < threads.length && threads[thread] != null;
    }

    private int effectiveTest(ThreadScope scope) {
        if (scope.test != 0 || open.isEmpty()) {
            return scope.test;
        }
        int latest = 0;
        for (int test : open.values()) {
            latest = test;
        }
        return latest;
    }

    // ---- scopes ----

    private void allChanged() {
        for (int thread = 0; thread < threadCount; thread++) {
            if (threads[thread] != null && !threads[thread].ended) {
                changed(thread);
            }
        }
    }

    private void changed(int thread) {
        ThreadScope scope = threads[thread];
        scope.change(engine.moment(thread), effectiveTest(scope), scope.benignReason);
    }

    private ThreadScope scope(int thread) {
        if (thread >= threads.length) {
            threads = Arrays.copyOf(threads, Math.max(thread + 1, threads.length * 2));
        }
        if (threads[thread] == null) {
            threads[thread] = new ThreadScope();
            threadCount = Math.max(threadCount, thread + 1);
            changed(thread);
        }
        return threads[thread];
    }

    @Override
    public int test(int thread, long time) {
        return thread < threads.length && threads[thread] != null ? threads[thread].testAt(time) : 0;
    }

    @Override
    public int benignReason(int thread, long time) {
        return thread < threads.length && threads[thread] != null ? threads[thread].reasonAt(time) : 0;
    }

    // ---- texts ----

    private int number(String text) {
        Integer known = numbers.get(text);
        if (known != null) {
            return known;
        }
        if (texts.size() > MAX_TEXTS) {
            return 0;
        }
        numbers.put(text, texts.size());
        texts.add(text);
        return texts.size() - 1;
    }

    @Override
    public String text(int number) {
        return texts.get(number);
    }

    /** The tests in the order in which they began, by name, and whether two threads shared an object in each. */
    public Map<String, Boolean> tests() {
        Map<String, Boolean> named = new LinkedHashMap<>();
        sharing.results().forEach((test, shared) -> named.put(text(test), shared));
        return named;
    }
}
