package org.racewitness.analyzer.wire;

import java.util.List;

/** The kinds of SYNC records; their rules are the table "Kinds of SYNC" of {@code docs/wire-format.md}. */
public final class SyncKind {
    public static final int ACQUIRE = 1;
    public static final int RELEASE = 2;
    public static final int FORK = 3;
    public static final int BEGIN = 4;
    public static final int END = 5;
    public static final int JOIN = 6;
    public static final int POST = 7;
    public static final int TAKE = 8;
    public static final int SIGNAL = 9;
    public static final int OBSERVE = 10;
    public static final int LAST_USE = 11;
    public static final int DROP = 12;
    public static final int EVICT = 13;
    public static final int PLACE = 14;

    /** The largest kind of version 1; kinds begin at 1. */
    public static final int LAST = 14;

    private static final List<String> NAMES = List.of(
            "?",
            "ACQUIRE",
            "RELEASE",
            "FORK",
            "BEGIN",
            "END",
            "JOIN",
            "POST",
            "TAKE",
            "SIGNAL",
            "OBSERVE",
            "LAST_USE",
            "DROP",
            "EVICT",
            "PLACE");

    private SyncKind() {}

    public static boolean isKnown(int kind) {
        return kind >= 1 && kind <= LAST;
    }

    /** Whether the record's token is the uid of another thread. */
    public static boolean namesThread(int kind) {
        return kind == FORK || kind == BEGIN || kind == JOIN;
    }

    /** The name in dumps, {@code KIND_n} for an unknown one. */
    public static String name(int kind) {
        return isKnown(kind) ? NAMES.get(kind) : "KIND_" + kind;
    }
}
