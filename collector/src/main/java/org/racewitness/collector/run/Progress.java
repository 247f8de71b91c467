package org.racewitness.collector.run;

import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.racewitness.collector.ingest.IngestStats;
import org.racewitness.collector.os.StderrTerminal;
import org.racewitness.collector.os.Terminal;

/** What is said of a run while it goes on: for how long, how much was seen, how many races so far. Thread-safe. */
public final class Progress {
    private final LongSupplier races;
    /** Null before the command runs, and where nothing is shown; volatile: set by one thread, closed by any. */
    private volatile LiveLine line;

    private final boolean wanted;

    /**
     * @param wanted whether a line may be shown at all
     * @param races pairs of lines that raced so far, null where nothing is judged
     */
    public Progress(boolean wanted, LongSupplier races) {
        this.wanted = wanted;
        this.races = races;
    }

    /** Shows the line where stderr is a terminal. */
    void show(IngestStats stats) {
        Terminal terminal = wanted ? StderrTerminal.open() : null;
        if (terminal != null) {
            long start = System.nanoTime();
            LiveLine shown =
                    new LiveLine(terminal, () -> text(Duration.ofNanos(System.nanoTime() - start), stats.records()));
            line = shown;
            shown.start();
        }
    }

    String text(Duration elapsed, long events) {
        long seconds = elapsed.toSeconds();
        String time = seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
        String seen = String.format(Locale.ROOT, events == 1 ? "%,d event" : "%,d events", events);
        if (races == null) {
            return "racewitness  " + time + "  " + seen + " recorded";
        }
        long found = races.getAsLong();
        String raced = found == 0 ? "no race so far" : found == 1 ? "1 race so far" : found + " races so far";
        return "racewitness  " + time + "  " + seen + "  " + raced;
    }

    /** Takes the line away; without effect where none is shown. */
    void end() {
        LiveLine shown = line;
        if (shown != null) {
            shown.close();
        }
    }
}
