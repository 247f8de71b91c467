package org.racewitness.collector.service;

import java.time.Instant;
import java.util.List;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.analyzer.report.Level;
import org.racewitness.collector.report.RunReport;

/**
 * What the list of runs says of one that has ended; kept as {@code run.json} beside its report.
 *
 * @param endedAtMillis since 1970
 * @param interrupted why the run did not come to its own end, null when it did
 * @param exitStatus of the command, null unknown or ended by a signal
 * @param suppressed races that are accepted or known
 * @param page whether there is a report
 */
public record RunRecord(
        String name,
        List<String> command,
        long endedAtMillis,
        long durationMs,
        Integer exitStatus,
        Integer signal,
        String interrupted,
        int errors,
        int warnings,
        int noteRaces,
        int suppressed,
        int processes,
        long events,
        long lost,
        boolean page) {

    public RunRecord {
        command = command == null ? List.of() : List.copyOf(command);
    }

    static RunRecord of(String name, Instant endedAt, String interrupted, RunReport report, boolean page) {
        AnalysisReport found = report.analysis();
        long suppressed =
                found.races().stream().filter(race -> race.suppressed() != null).count();
        return new RunRecord(
                name,
                report.run().command(),
                endedAt.toEpochMilli(),
                report.run().durationMs(),
                report.run().exitStatus(),
                report.run().signal(),
                interrupted,
                count(found, Level.ERROR),
                count(found, Level.WARNING),
                count(found, Level.NOTE),
                (int) suppressed,
                found.processes().size(),
                found.events(),
                found.lost(),
                page);
    }

    private static int count(AnalysisReport found, Level level) {
        return (int) found.races().stream()
                .filter(race -> race.suppressed() == null && race.level() == level)
                .count();
    }

    /** In one word for the list. */
    public String verdict() {
        if (errors > 0) {
            return "error";
        }
        return warnings > 0 ? "warning" : interrupted != null ? "interrupted" : "ok";
    }
}
