package org.racewitness.analyzer.trace.std;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import org.racewitness.analyzer.trace.CodeObject;
import org.racewitness.analyzer.trace.SessionModel;
import org.racewitness.analyzer.trace.TraceThread;

/**
 * The model of a trace in RAPID's text: a variable is a closure cell of that name, so that its location reads as it was written; a stack is
 * one frame whose function is the third column. The methods of {@link SessionModel} may be called by any thread, the others by the thread
 * that reads the text.
 */
public final class StdModel implements SessionModel {
    private static final int KIND_CELL = 5;
    private static final int KIND_LOCK = 12;
    private static final byte[] NONE = new byte[0];

    final NameTable variables = new NameTable();
    final NameTable locks = new NameTable();
    final NameTable locations = new NameTable();
    final NameTable threadNames = new NameTable();

    /** Written by the thread that reads the text. */
    @GuardedBy("threads")
    private final List<TraceThread> threads = new ArrayList<>();

    /** Length of {@link #threads}; belongs to the thread that reads the text. */
    private int knownThreads;

    /** The dense number of the thread of that name. */
    int threadNamed(int name) {
        if (name > knownThreads) {
            knownThreads = name;
            synchronized (threads) {
                threads.add(new TraceThread(name, threadNames.name(name), name == 1, false, -1, 0));
            }
        }
        return name - 1;
    }

    void startedBy(int thread, int parent, int stack) {
        synchronized (threads) {
            TraceThread known = threads.get(thread);
            threads.set(
                    thread, new TraceThread(known.uid(), known.name(), known.main(), known.daemon(), parent, stack));
        }
    }

    /** The object of a variable: an even number, since a lock may have the same name. */
    static long variable(int name) {
        return 2L * name;
    }

    /** The object of a lock: an odd number. */
    static long lock(int name) {
        return 2L * name + 1;
    }

    /** The third column is anything, often another number on each line. */
    @Override
    public boolean wantsEachPair() {
        return false;
    }

    @Override
    public int stackParent(int stack) {
        return 0;
    }

    @Override
    public int stackCode(int stack) {
        return stack;
    }

    @Override
    public int stackOffset(int stack) {
        return 0;
    }

    @Override
    public CodeObject code(int number) {
        String function = number >= 1 && number <= locations.size() ? locations.name(number) : "?";
        return new CodeObject(number, "", function, 0, true, false, NONE, NONE, NONE, 0);
    }

    @Override
    public int objectKind(long object) {
        return isLock(object) ? KIND_LOCK : KIND_CELL;
    }

    @Override
    public String objectType(long object) {
        return isLock(object) ? "Lock" : "cell";
    }

    @Override
    public String objectLabel(long object) {
        int number = (int) (object >>> 1);
        NameTable names = isLock(object) ? locks : variables;
        return number >= 1 && number <= names.size() ? names.name(number) : "";
    }

    @Override
    public int objectFirstSeen(long object) {
        return 0;
    }

    @Override
    public String keyText(long key) {
        return "";
    }

    @Override
    public TraceThread thread(int thread) {
        synchronized (threads) {
            return threads.get(thread);
        }
    }

    @Override
    public int threadCount() {
        synchronized (threads) {
            return threads.size();
        }
    }

    private static boolean isLock(long object) {
        return (object & 1) != 0;
    }
}
