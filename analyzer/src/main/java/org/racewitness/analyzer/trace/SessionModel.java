package org.racewitness.analyzer.trace;

/**
 * What the definitions of one session say: stacks, code, objects, keys, threads. Complete only after the session has ended; until then a
 * look-up of something not yet defined answers with a placeholder, never with null or an exception.
 */
public interface SessionModel {

    /** Parent of a stack, 0 at the outermost frame. Stack numbers are session-wide, from 1; equal stacks have equal numbers. */
    int stackParent(int stack);

    /** Number of the code object whose frame is on top of the stack. */
    int stackCode(int stack);

    /** Byte offset of the instruction that the top frame executes. */
    int stackOffset(int stack);

    /**
     * Whether each pair of program points that race at a location is wanted. Else a pair for each racy location will do, which takes the engine less time
     * and memory.
     */
    default boolean wantsEachPair() {
        return true;
    }

    /** The code object of that number; a placeholder named {@code ?} where it was never defined. */
    CodeObject code(int number);

    /** Kind of an object as in the wire format (1 instance ... 15 channel), 0 unknown. */
    int objectKind(long object);

    /** Qualified type name ({@code counter.Counter}, {@code list}), {@code ?} unknown. */
    String objectType(long object);

    /** Label of an object (a class's or function's qualified name, a module's name, a cell's variable), or "" for none. */
    String objectLabel(long object);

    /** Session-wide stack at which the object was first seen, 0 unknown. */
    int objectFirstSeen(long object);

    /** Nobody will ask for that object any more; a session that forked keeps it, since the child may ask. */
    default void forgetObject(long object) {}

    /** Text of a location key as a person would write it in a subscript or after a dot: {@code 3}, {@code 'hits'}, {@code rank}. */
    String keyText(long key);

    /** The thread of that dense number. */
    TraceThread thread(int thread);

    /** Number of threads seen so far; dense numbers are below it. */
    int threadCount();
}
