package org.racewitness.analyzer.race;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.racewitness.analyzer.engine.Engine;
import org.racewitness.analyzer.engine.Engines;
import org.racewitness.analyzer.report.Race;
import org.racewitness.analyzer.trace.CodeObject;
import org.racewitness.analyzer.trace.SessionModel;
import org.racewitness.analyzer.trace.TraceThread;
import org.racewitness.analyzer.wire.LocationKey;
import org.racewitness.analyzer.wire.SyncKind;

/**
 * A program written down event by event: functions with real bytecode, objects with names, threads that all run beside each other unless
 * something orders them. Object kinds are those of the wire format.
 */
class FakeProgram implements SessionModel {
    private static final byte[] NONE = {};

    static final int INSTANCE = 1;
    static final int CLASS = 2;
    static final int FUNCTION = 3;
    static final int MODULE = 4;
    static final int CELL = 5;
    static final int LIST = 6;
    static final int DICT = 7;
    static final int SET = 8;
    static final int LOCK = 12;

    private record ObjectInfo(int kind, String type, String label, int firstSeen) {}

    private record StackInfo(int parent, int code, int offset) {}

    private final List<CodeObject> codes = new ArrayList<>();
    private final List<StackInfo> stacks = new ArrayList<>(List.of(new StackInfo(0, 0, 0)));
    private final List<ObjectInfo> objects = new ArrayList<>(List.of(new ObjectInfo(0, "?", "", 0)));
    private final List<String> threadNames = new ArrayList<>();
    private final Map<Long, String> keyTexts = new HashMap<>();
    private final RaceCollector collector;
    private final Engine engine;

    FakeProgram() {
        this(Engines.SHB, new RaceCollector(), 4711);
    }

    FakeProgram(String order, RaceCollector collector, int pid) {
        this.collector = collector;
        this.engine = Engines.create(order, this, collector.forSession(this, pid));
    }

    // ---- definitions ----

    int object(int kind, String type, String label) {
        objects.add(new ObjectInfo(kind, type, label, 0));
        return objects.size() - 1;
    }

    int object(int kind, String type, String label, int firstSeen) {
        objects.add(new ObjectInfo(kind, type, label, firstSeen));
        return objects.size() - 1;
    }

    int code(CodeObject code) {
        codes.add(code);
        return codes.size();
    }

    /** A stack of one frame, or on top of another one. Equal stacks have one number, as in a session. */
    int stack(int parent, int code, int offset) {
        StackInfo info = new StackInfo(parent, code, offset);
        if (!stacks.contains(info)) {
            stacks.add(info);
        }
        return stacks.indexOf(info);
    }

    long name(String text) {
        long key = LocationKey.key(LocationKey.KIND_NAME, text.hashCode());
        keyTexts.put(key, text);
        return key;
    }

    static long index(long index) {
        return LocationKey.key(LocationKey.KIND_INDEX, index);
    }

    int thread(String threadName) {
        threadNames.add(threadName);
        return threadNames.size() - 1;
    }

    // ---- events ----

    void access(int thread, int operation, long object, long key, int stack) {
        engine.access(thread, operation, object, key, 1, stack);
    }

    void shape(int thread, int operation, long object, int stack) {
        engine.access(thread, operation, object, LocationKey.SHAPE, 1, stack);
    }

    void acquire(int thread, long lock) {
        engine.sync(thread, SyncKind.ACQUIRE, lock, 0, 0);
    }

    void release(int thread, long lock) {
        engine.sync(thread, SyncKind.RELEASE, lock, 0, 0);
    }

    void sync(int thread, int kind, long object, long token) {
        engine.sync(thread, kind, object, token, 0);
    }

    List<Race> races() {
        engine.finish();
        return collector.races();
    }

    // ---- SessionModel ----

    @Override
    public int stackParent(int stack) {
        return stacks.get(stack).parent;
    }

    @Override
    public int stackCode(int stack) {
        return stacks.get(stack).code;
    }

    @Override
    public int stackOffset(int stack) {
        return stacks.get(stack).offset;
    }

    @Override
    public CodeObject code(int number) {
        return number < 1 || number > codes.size()
                ? new CodeObject(number, "?", "?", 0, true, false, NONE, NONE, NONE, 0)
                : codes.get(number - 1);
    }

    private ObjectInfo object(long object) {
        return objects.get(object < objects.size() ? (int) object : 0);
    }

    @Override
    public int objectKind(long object) {
        return object(object).kind;
    }

    @Override
    public String objectType(long object) {
        return object(object).type;
    }

    @Override
    public String objectLabel(long object) {
        return object(object).label;
    }

    @Override
    public int objectFirstSeen(long object) {
        return object(object).firstSeen;
    }

    @Override
    public String keyText(long key) {
        return LocationKey.kind(key) == LocationKey.KIND_INDEX
                ? Long.toString(LocationKey.value(key))
                : keyTexts.getOrDefault(key, "?");
    }

    @Override
    public TraceThread thread(int thread) {
        return new TraceThread(thread + 1, threadNames.get(thread), thread == 0, false, -1, 0);
    }

    @Override
    public int threadCount() {
        return threadNames.size();
    }
}
