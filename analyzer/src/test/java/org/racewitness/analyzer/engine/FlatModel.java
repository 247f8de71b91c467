package org.racewitness.analyzer.engine;

import org.racewitness.analyzer.trace.CodeObject;
import org.racewitness.analyzer.trace.SessionModel;
import org.racewitness.analyzer.trace.TraceThread;

/** A model in which every stack is one frame at a program point of its own, {@code stack / stacksPerPoint}. */
final class FlatModel implements SessionModel {
    private static final byte[] NONE = {};
    private final int stacksPerPoint;
    private final boolean eachPair;

    FlatModel(int stacksPerPoint) {
        this(stacksPerPoint, true);
    }

    FlatModel(int stacksPerPoint, boolean eachPair) {
        this.stacksPerPoint = stacksPerPoint;
        this.eachPair = eachPair;
    }

    @Override
    public boolean wantsEachPair() {
        return eachPair;
    }

    @Override
    public int stackParent(int stack) {
        return 0;
    }

    @Override
    public int stackCode(int stack) {
        return 1;
    }

    @Override
    public int stackOffset(int stack) {
        return stack / stacksPerPoint;
    }

    @Override
    public CodeObject code(int number) {
        return new CodeObject(number, "file.py", "function", 1, true, false, NONE, NONE, NONE, 0);
    }

    @Override
    public int objectKind(long object) {
        return 6;
    }

    @Override
    public String objectType(long object) {
        return "list";
    }

    @Override
    public String objectLabel(long object) {
        return "";
    }

    @Override
    public int objectFirstSeen(long object) {
        return 0;
    }

    @Override
    public String keyText(long key) {
        return Long.toString(key);
    }

    @Override
    public TraceThread thread(int thread) {
        return new TraceThread(thread + 1, "T" + thread, thread == 0, false, -1, 0);
    }

    @Override
    public int threadCount() {
        return 0;
    }
}
