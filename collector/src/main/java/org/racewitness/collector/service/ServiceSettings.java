package org.racewitness.collector.service;

import java.nio.file.Path;
import java.time.Duration;
import org.racewitness.collector.ingest.IngestLimits;

/**
 * What a service may use, and how long it waits.
 *
 * @param folder where the reports go
 * @param maxRuns runs that go on at once
 * @param maxConnections open connections, of any kind
 * @param keep runs that have ended and whose reports are kept
 * @param idle a run that was begun by its first process ends when none was connected for so long
 * @param version of racewitness
 * @param limits of each session, and of the bytes that wait for analysis in all runs together
 */
public record ServiceSettings(
        Path folder, int maxRuns, int maxConnections, int keep, Duration idle, String version, IngestLimits limits) {}
