package org.racewitness.collector.report;

import org.racewitness.analyzer.report.RaceExplanation.Sync;

/** What a thread did to synchronise, in a few words: {@code releases Lock bank.py:3}, {@code starts Thread-1}. */
final class SyncText {
    private SyncText() {}

    static String of(Sync sync) {
        String other = sync.other() == null ? null : sync.other().name();
        if (sync.kind().equals("begin")) {
            return other == null ? "begins" : "begins, started by " + other;
        }
        String what = sync.object() != null ? sync.object() : other;
        return what == null ? verb(sync.kind()) : verb(sync.kind()) + " " + what;
    }

    /** The kinds of SYNC records, {@code docs/wire-format.md}. */
    private static String verb(String kind) {
        return switch (kind) {
            case "acquire" -> "acquires";
            case "release" -> "releases";
            case "fork" -> "starts";
            case "end" -> "ends";
            case "join" -> "joins";
            case "post" -> "puts into";
            case "take" -> "takes from";
            case "signal" -> "signals";
            case "observe" -> "observes";
            case "last-use" -> "last uses";
            case "drop" -> "does not get into";
            case "evict" -> "pushes out of";
            case "place" -> "places in";
            default -> kind;
        };
    }
}
