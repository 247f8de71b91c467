package org.racewitness.collector.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.racewitness.analyzer.wire.Hello;
import org.racewitness.collector.os.Signals;

/** What is said of runs, in the list and in the service's own lines. */
final class RunTexts {
    private static final int MAX_COMMAND_CHARS = 200;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private RunTexts() {}

    static String time(long millis) {
        return TIME.format(Instant.ofEpochMilli(millis));
    }

    /** The command of a process that began a run by itself; empty where it does not say. */
    static List<String> argv(Hello hello) {
        try {
            return List.of(Transfer.decode(hello.pair("argv").getBytes(StandardCharsets.UTF_8), String[].class));
        } catch (IOException | RuntimeException notToldOrNulls) {
            return List.of();
        }
    }

    static String command(List<String> words) {
        String text = String.join(" ", words);
        return text.length() <= MAX_COMMAND_CHARS ? text : text.substring(0, MAX_COMMAND_CHARS - 3) + "...";
    }

    /** {@code 2 errors, 1 warning}. */
    static String found(RunRecord record) {
        List<String> parts = new ArrayList<>();
        add(parts, record.errors(), "error");
        add(parts, record.warnings(), "warning");
        add(parts, record.noteRaces(), "note");
        String counted = parts.isEmpty() ? "no race" : String.join(", ", parts);
        return record.suppressed() == 0 ? counted : counted + " (" + record.suppressed() + " suppressed)";
    }

    private static void add(List<String> parts, int count, String noun) {
        if (count > 0) {
            parts.add(count + " " + noun + (count == 1 ? "" : "s"));
        }
    }

    /** How it ended, as far as it is known. */
    static String end(RunRecord record) {
        if (record.interrupted() != null) {
            return record.interrupted();
        }
        if (record.signal() != null) {
            return Signals.name(record.signal());
        }
        return record.exitStatus() == null ? "ended" : "exit " + record.exitStatus();
    }

    static String duration(long millis) {
        return millis == 0 ? "" : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
}
