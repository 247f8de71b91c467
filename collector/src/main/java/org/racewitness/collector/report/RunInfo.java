package org.racewitness.collector.report;

import java.time.Instant;
import java.util.List;

/**
 * What ran, as the command line knows it. Unknown parts are null: the analysis of a stored trace has no exit status of
 * its own.
 *
 * @param command the traced command with its arguments; for stored traces their names; may be empty
 * @param startedAt when the command was started, null unknown
 * @param durationMs wall time of the command in milliseconds, 0 unknown
 * @param exitStatus exit status of the command, 0 to 255; null unknown or ended by a signal
 * @param signal number of the signal that ended the command, null when none did
 * @param cpus processors that the run might use (its affinity mask), 0 unknown
 */
public record RunInfo(
        List<String> command, Instant startedAt, long durationMs, Integer exitStatus, Integer signal, int cpus) {

    public RunInfo {
        command = List.copyOf(command);
    }
}
