package org.racewitness.analyzer.engine;

import org.racewitness.analyzer.wire.OperationCode;

/**
 * The operations of ACCESS records: what each does at the key, to the shape and to all items, and its nature there. The table "Operations"
 * of {@code docs/wire-format.md}, and its only copy in Java.
 */
public enum Operation {
    READ(OperationCode.READ, "read", Mode.READ, Mode.NONE, Mode.NONE, Nature.PLAIN),
    WRITE(OperationCode.WRITE, "write", Mode.WRITE, Mode.NONE, Mode.NONE, Nature.PLAIN),
    DELETE(OperationCode.DELETE, "delete", Mode.WRITE, Mode.NONE, Mode.NONE, Nature.PLAIN),
    INSERT(OperationCode.INSERT, "insert", Mode.WRITE, Mode.WRITE, Mode.NONE, Nature.PLAIN, Nature.ATOMIC),
    REMOVE(OperationCode.REMOVE, "remove", Mode.WRITE, Mode.WRITE, Mode.NONE, Nature.PLAIN, Nature.ATOMIC),
    UPDATE_INSERT(OperationCode.UPDATE_INSERT, "insert-if-missing", Mode.BOTH, Mode.WRITE, Mode.NONE, Nature.ATOMIC),
    UPDATE_REMOVE(OperationCode.UPDATE_REMOVE, "remove-if-present", Mode.BOTH, Mode.WRITE, Mode.NONE, Nature.ATOMIC),
    UPDATE_KEEP(OperationCode.UPDATE_KEEP, "update-unchanged", Mode.READ, Mode.NONE, Mode.NONE, Nature.ATOMIC),
    APPEND(OperationCode.APPEND, "append", Mode.WRITE, Mode.WRITE, Mode.NONE, Nature.ATOMIC),
    POP_END(OperationCode.POP_END, "pop", Mode.BOTH, Mode.WRITE, Mode.NONE, Nature.ATOMIC),
    SHAPE_READ(OperationCode.SHAPE_READ, "length", Mode.NONE, Mode.READ, Mode.NONE, Nature.PLAIN),
    POP_EMPTY(OperationCode.POP_EMPTY, "pop-empty", Mode.NONE, Mode.READ, Mode.NONE, Nature.ATOMIC),
    ITERATE_STEP(OperationCode.ITERATE_STEP, "iterate", Mode.READ, Mode.READ, Mode.NONE, Nature.ITERATE),
    ITERATE(OperationCode.ITERATE, "iterate", Mode.NONE, Mode.READ, Mode.NONE, Nature.ITERATE),
    READ_ALL(OperationCode.READ_ALL, "read-all", Mode.NONE, Mode.READ, Mode.READ, Nature.PLAIN),
    TORN_ALL(OperationCode.TORN_ALL, "rearrange", Mode.NONE, Mode.WRITE, Mode.WRITE, Nature.TORN),
    WRITE_ALL(OperationCode.WRITE_ALL, "write-all", Mode.NONE, Mode.WRITE, Mode.WRITE, Nature.ATOMIC),
    EXTEND(OperationCode.EXTEND, "extend", Mode.WRITE, Mode.WRITE, Mode.NONE, Nature.ATOMIC);

    /** What an operation does at a location: a set of two bits. */
    public static final class Mode {
        public static final int NONE = 0;
        public static final int READ = 1;
        public static final int WRITE = 2;
        public static final int BOTH = READ | WRITE;

        private Mode() {}

        /** Whether two accesses with these modes conflict at a location that both touch. */
        public static boolean conflict(int first, int second) {
            return ((first | second) & WRITE) != 0 && first != NONE && second != NONE;
        }
    }

    /** The parts of an object that an operation can touch. */
    public enum Facet {
        /** The item, attribute, global or cell that the key names. */
        KEY,
        SHAPE,
        ALL_ITEMS
    }

    private static final Operation[] BY_CODE = new Operation[OperationCode.LAST + 1];

    static {
        for (Operation operation : values()) {
            BY_CODE[operation.code] = operation;
        }
    }

    private final int code;
    private final String label;
    private final int atKey;
    private final int atShape;
    private final int atAll;
    private final Nature keyNature;
    private final Nature shapeNature;

    Operation(int code, String label, int atKey, int atShape, int atAll, Nature nature) {
        this(code, label, atKey, atShape, atAll, nature, nature);
    }

    Operation(int code, String label, int atKey, int atShape, int atAll, Nature keyNature, Nature shapeNature) {
        this.code = code;
        this.label = label;
        this.atKey = atKey;
        this.atShape = atShape;
        this.atAll = atAll;
        this.keyNature = keyNature;
        this.shapeNature = shapeNature;
    }

    /** The operation of that code, null for a code that version 1 does not know. */
    public static Operation ofCode(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    public int code() {
        return code;
    }

    /** The name in reports. */
    public String label() {
        return label;
    }

    /** {@link Mode} at the item, attribute, global or cell that the key names. */
    public int atKey() {
        return atKey;
    }

    /** {@link Mode} at the shape of the container. */
    public int atShape() {
        return atShape;
    }

    /** {@link Mode} at every item of the container. */
    public int atAll() {
        return atAll;
    }

    /** {@link Mode} at that facet. */
    public int at(Facet facet) {
        return switch (facet) {
            case KEY -> atKey;
            case SHAPE -> atShape;
            case ALL_ITEMS -> atAll;
        };
    }

    /** Nature at an item, whether named by the key or taken in with all others. */
    public Nature keyNature() {
        return keyNature;
    }

    public Nature shapeNature() {
        return shapeNature;
    }

    /** Whether it takes in all items of the container. */
    public boolean isWhole() {
        return atAll != Mode.NONE;
    }

    /** Whether the key is all that it touches. */
    public boolean isAtKeyOnly() {
        return atShape == Mode.NONE && atAll == Mode.NONE;
    }

    public boolean reads() {
        return ((atKey | atShape | atAll) & Mode.READ) != 0;
    }

    public boolean writes() {
        return ((atKey | atShape | atAll) & Mode.WRITE) != 0;
    }

    public boolean writesShape() {
        return (atShape & Mode.WRITE) != 0;
    }

    public boolean iterates() {
        return keyNature == Nature.ITERATE;
    }
}
