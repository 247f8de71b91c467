package org.racewitness.collector.run;

import java.time.Instant;
import java.util.List;
import org.racewitness.collector.Problem;
import org.racewitness.collector.ingest.IngestStats;
import org.racewitness.collector.os.CommandStatus;

/**
 * The facts of a run.
 *
 * @param durationMs wall time of the command, without what came after it
 * @param sessions processes that were observed
 * @param unsupported interpreters that were not observed
 * @param notes sentences about the run as a whole
 * @param failures exceptions of the tool's own parts while the run went on
 */
public record RunOutcome(
        List<String> command,
        CommandStatus status,
        Instant startedAt,
        long durationMs,
        int sessions,
        List<Problem> unsupported,
        List<String> notes,
        List<Throwable> failures,
        IngestStats ingest) {

    public RunOutcome {
        command = List.copyOf(command);
        unsupported = List.copyOf(unsupported);
        notes = List.copyOf(notes);
        failures = List.copyOf(failures);
    }
}
