package org.racewitness.collector.service;

import java.io.IOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.report.HtmlReport;
import org.racewitness.collector.report.JsonReport;
import org.racewitness.collector.report.ReportFile;
import org.racewitness.collector.report.ReportTemplates;
import org.racewitness.collector.report.RunReport;

/**
 * The reports on disk: {@code index.html} lists the runs, {@code runs/NAME/} holds a run's page, its JSON report and {@link RunRecord}. What is there
 * when the service starts belongs to it, so a restart loses no report. Beyond the number that is kept, the oldest go.
 *
 * <p>Confined to the thread that writes reports, but for {@link #open}, {@link #page} and {@link #known}.
 */
final class ReportFolder implements AutoCloseable {
    static final String RUNS = "runs";
    private static final String RECORD = "run.json";
    private static final String LOCK = ".lock";
    private static final Comparator<RunRecord> NEWEST_FIRST =
            Comparator.comparingLong(RunRecord::endedAtMillis).reversed().thenComparing(RunRecord::name);

    private final Path folder;
    private final FileChannel lock;
    private final int keep;
    private final NavigableSet<RunRecord> records = new TreeSet<>(NEWEST_FIRST);
    /** A copy of the records for readers, newest first; replaced whole by the reports' thread. */
    private volatile List<RunRecord> known = List.of();

    private ReportFolder(Path folder, FileChannel lock, int keep) {
        this.folder = folder;
        this.lock = lock;
        this.keep = keep;
    }

    /**
     * Takes the folder, making it where it is missing, and reads what an earlier service left.
     *
     * @param keep runs that are kept, at least 1
     * @throws ProblemException it cannot be written, or another service works in it
     */
    static ReportFolder open(Path folder, int keep) throws ProblemException {
        try {
            Files.createDirectories(folder.resolve(RUNS));
            FileChannel lock =
                    FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isFree(lock)) {
                lock.close();
                throw ProblemException.usage(
                        Slug.REPORT_UNWRITABLE,
                        "another service keeps its reports in " + folder + "; name another folder with --dir DIR");
            }
            ReportFolder opened = new ReportFolder(folder, lock, keep);
            opened.readRecords();
            opened.removeBeyond();
            opened.publish();
            return opened;
        } catch (IOException e) {
            throw ProblemException.usage(
                    Slug.REPORT_UNWRITABLE,
                    "cannot keep reports in " + folder + ": " + e.getMessage()
                            + "; name another folder with --dir DIR");
        }
    }

    private static boolean isFree(FileChannel channel) throws IOException {
        try {
            FileLock taken = channel.tryLock(); // held until the channel is closed
            return taken != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    /** A folder without a readable record is not ours to list or to remove: a run that a kill cut short, or somebody's own. */
    private void readRecords() throws IOException {
        try (DirectoryStream<Path> runs = Files.newDirectoryStream(folder.resolve(RUNS))) {
            for (Path run : runs) {
                Path file = run.resolve(RECORD);
                if (RunNames.isName(run.getFileName().toString())
                        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    read(file, run.getFileName().toString());
                }
            }
        }
    }

    private void read(Path file, String name) throws IOException {
        RunRecord record;
        try {
            record = Transfer.decode(Files.readAllBytes(file), RunRecord.class);
        } catch (IOException damaged) {
            return;
        }
        if (name.equals(record.name())) {
            records.add(record);
        }
    }

    /** Runs that have ended, newest first. Any thread. */
    List<RunRecord> known() {
        return known;
    }

    /** Whether a folder of that name is there. Any thread. */
    boolean exists(String name) {
        return Files.exists(folder.resolve(RUNS).resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    /** A file of a run that has ended; null when there is none. Any thread. */
    Path page(String name, String file) {
        Path found = folder.resolve(RUNS).resolve(name).resolve(file);
        return Files.isRegularFile(found, LinkOption.NOFOLLOW_LINKS) ? found : null;
    }

    /**
     * Writes a run's report, or replaces it.
     *
     * @param report null when the analysis made none
     * @return the record as it is now in the list
     */
    RunRecord write(String name, String interrupted, RunReport report) throws IOException {
        Path run = Files.createDirectories(folder.resolve(RUNS).resolve(name));
        HtmlReport.write(report, run);
        JsonReport.write(report, run.resolve(JsonReport.FILE));
        RunRecord before = find(name);
        Instant endedAt = before == null ? Instant.now() : Instant.ofEpochMilli(before.endedAtMillis());
        RunRecord record = RunRecord.of(name, endedAt, interrupted, report, true);
        ReportFile.write(
                run.resolve(RECORD),
                "--dir DIR",
                out -> out.write(new String(Transfer.encode(record), StandardCharsets.UTF_8)));
        if (before != null) {
            records.remove(before);
        }
        records.add(record);
        removeBeyond();
        publish();
        return record;
    }

    private RunRecord find(String name) {
        return records.stream()
                .filter(record -> record.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private void removeBeyond() throws IOException {
        while (records.size() > keep) {
            remove(records.pollLast().name());
        }
    }

    /** Its own files and no others; a folder in which somebody keeps more stays. */
    private void remove(String name) throws IOException {
        Path run = folder.resolve(RUNS).resolve(name);
        for (String file : List.of(RECORD, JsonReport.FILE, HtmlReport.PAGE)) {
            Files.deleteIfExists(run.resolve(file));
        }
        try (DirectoryStream<Path> rest = Files.newDirectoryStream(run)) {
            if (rest.iterator().hasNext()) {
                return;
            }
        }
        Files.deleteIfExists(run);
    }

    private void publish() throws IOException {
        known = List.copyOf(records);
        ReportFile.write(folder.resolve(HtmlReport.PAGE), "--dir DIR", out -> writeIndex(known, List.of(), out));
    }

    /** The list of runs as a page; links are relative, so that it opens from disk and over HTTP. */
    static void writeIndex(List<RunRecord> ended, List<ActiveRun> active, Writer out) throws IOException {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (RunRecord record : ended) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("record", record);
            row.put("endedAt", RunTexts.time(record.endedAtMillis()));
            row.put("command", RunTexts.command(record.command()));
            row.put("found", RunTexts.found(record));
            row.put("end", RunTexts.end(record));
            row.put("duration", RunTexts.duration(record.durationMs()));
            rows.add(row);
        }
        ReportTemplates.write(ReportFolder.class, "runs.ftlh", Map.of("rows", rows, "active", active), out);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
