package org.racewitness.collector.service;

import java.util.List;
import java.util.Locale;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.analyzer.report.Level;
import org.racewitness.analyzer.report.Race;
import org.racewitness.collector.ingest.IngestStats;

/** What the service has done since it started, and its text for Prometheus (exposition format 0.0.4). Confined to the event loop. */
final class ServiceCounters {
    private final long startedNanos = System.nanoTime();
    private final long[] races = new long[Level.values().length];
    private long runs;
    private long endedRuns;
    private long refused;
    private long failures;
    // of runs that have ended
    private long sessions;
    private long bytes;
    private long records;
    private long pauses;

    void runBegan() {
        runs++;
    }

    void runEnded(ServedRun run) {
        IngestStats stats = run.stats();
        endedRuns++;
        sessions += run.sessions().count();
        bytes += stats.bytes();
        records += stats.records();
        pauses += stats.pauses();
    }

    void refused() {
        refused++;
    }

    /** A defect of the tool, or a disk that is full. */
    void failed() {
        failures++;
    }

    void races(AnalysisReport report) {
        for (Race race : report.races()) {
            races[race.level().ordinal()]++;
        }
    }

    String prometheus(Runs active, int connections) {
        long liveBytes = bytes;
        long liveRecords = records;
        long livePauses = pauses;
        long allSessions = sessions;
        int live = 0;
        List<ServedRun> going = active.active();
        for (ServedRun run : going) {
            liveBytes += run.stats().bytes();
            liveRecords += run.stats().records();
            livePauses += run.stats().pauses();
            allSessions += run.sessions().count();
            live += run.sessions().unfinished();
        }
        Runtime jvm = Runtime.getRuntime();
        StringBuilder out = new StringBuilder(2048);
        metric(out, "runs_active", "gauge", "Runs that go on.", going.size());
        metric(out, "runs_started_total", "counter", "Runs that have begun.", runs);
        metric(out, "runs_ended_total", "counter", "Runs that have ended.", endedRuns);
        metric(out, "sessions_active", "gauge", "Processes that are connected or being analysed.", live);
        metric(out, "sessions_total", "counter", "Processes that were let in.", allSessions);
        metric(out, "connections", "gauge", "Open connections of any kind.", connections);
        metric(out, "refused_total", "counter", "Connections and requests that were refused.", refused);
        metric(out, "received_bytes_total", "counter", "Bytes of frames that were analysed.", liveBytes);
        metric(out, "received_records_total", "counter", "Records in them, as their headers say.", liveRecords);
        metric(
                out,
                "pauses_total",
                "counter",
                "How often a connection was not read because the analysis did not keep up.",
                livePauses);
        metric(out, "pending_bytes", "gauge", "Bytes that wait for an analysis.", active.pendingBytes());
        metric(out, "failures_total", "counter", "Failures of the service itself.", failures);
        head(out, "races_total", "counter", "Races found, suppressed ones included.");
        for (Level level : Level.values()) {
            out.append("racewitness_races_total{level=\"")
                    .append(level.name().toLowerCase(Locale.ROOT))
                    .append("\"} ")
                    .append(races[level.ordinal()])
                    .append('\n');
        }
        metric(out, "heap_used_bytes", "gauge", "Heap of the JVM in use.", jvm.totalMemory() - jvm.freeMemory());
        metric(out, "heap_max_bytes", "gauge", "Largest heap that the JVM may take.", jvm.maxMemory());
        metric(
                out,
                "uptime_seconds",
                "gauge",
                "Seconds since the service started.",
                (System.nanoTime() - startedNanos) / 1_000_000_000L);
        return out.toString();
    }

    private static void metric(StringBuilder out, String name, String type, String help, long value) {
        head(out, name, type, help);
        out.append("racewitness_").append(name).append(' ').append(value).append('\n');
    }

    private static void head(StringBuilder out, String name, String type, String help) {
        out.append("# HELP racewitness_").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE racewitness_").append(name).append(' ').append(type).append('\n');
    }
}
