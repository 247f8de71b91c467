package org.racewitness.collector.report;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.report.Level;
import org.racewitness.analyzer.report.ProcessReport;
import org.racewitness.analyzer.report.Race;
import org.racewitness.analyzer.report.Verdict;

/** What the page says about the run as a whole, as words for the template {@code page.ftlh}. */
final class PageOverview {
    /** Processes in the table; those with something to tell come first. */
    static final int MAX_PROCESSES = 200;

    /** Tests that prove nothing; the JSON report has all of them. */
    static final int MAX_TESTS = 5000;

    /** Files in the list of races by file. */
    static final int MAX_FILES = 500;

    /** Notes of the run, and of one process. */
    static final int MAX_NOTES = 50;

    private static final int MAX_NOTE = 2000;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT);

    private PageOverview() {}

    static Map<String, Object> of(RunReport report) {
        Map<String, Object> model = new LinkedHashMap<>();
        Headline headline = Headline.of(report);
        List<String> remarks = new ArrayList<>();
        headline.reservations().forEach(reservation -> remarks.add(sentence(reservation)));
        report.notes().stream().limit(MAX_NOTES).forEach(note -> remarks.add(note(note)));
        if (report.notes().size() > MAX_NOTES) {
            remarks.add("and " + Text.count(report.notes().size() - MAX_NOTES, "more note"));
        }
        model.put("title", sentence(headline.sentence()));
        model.put(
                "level",
                report.analysis().worst() == null
                        ? "none"
                        : Text.level(report.analysis().worst()));
        model.put("remarks", remarks);
        model.put("facts", facts(report));
        model.put(
                "verdicts",
                verdicts(report.analysis().races().stream()
                        .filter(race -> race.suppressed() == null)
                        .toList()));
        model.put("chips", verdicts(report.analysis().races()));
        files(model, report.analysis().races());
        model.put("races", report.analysis().races().size());
        processes(model, report.analysis().processes());
        List<String> sharingNothing = report.analysis().tests().stream()
                .filter(test -> !test.sharing())
                .map(test -> note(test.name()))
                .toList();
        model.put("sharingNothing", sharingNothing.subList(0, Math.min(MAX_TESTS, sharingNothing.size())));
        model.put("sharingNothingCount", Text.number(sharingNothing.size()));
        model.put("testCount", Text.number(report.analysis().tests().size()));
        model.put("version", Text.visible(report.toolVersion()));
        return model;
    }

    /** Label and text, in the order in which a reader asks for them. */
    private static List<Map<String, String>> facts(RunReport report) {
        RunInfo run = report.run();
        List<ProcessReport> processes = report.analysis().processes();
        List<Map<String, String>> facts = new ArrayList<>();
        if (!run.command().isEmpty()) {
            fact(
                    facts,
                    "Command",
                    String.join(
                            " ",
                            run.command().stream().map(PageOverview::quoted).toList()));
        }
        List<String> ran = ran(run);
        if (!ran.isEmpty()) {
            fact(facts, "Ran", String.join(", ", ran));
        }
        if (!processes.isEmpty()) {
            fact(facts, "Python", pythons(processes));
            fact(facts, "Threads", threads(processes) + (run.cpus() > 0 ? " on " + Text.count(run.cpus(), "CPU") : ""));
        }
        fact(
                facts,
                "Analysed",
                Text.count(report.analysis().events(), "event") + " on "
                        + Text.count(report.analysis().locations(), "location") + ", analysis time "
                        + Text.duration(Duration.ofNanos(report.analysis().analysisNanos())));
        fact(facts, "Order", order(report.analysis().order()));
        fact(facts, "Accounting", Accounting.of(processes).equation());
        return facts;
    }

    private static List<String> ran(RunInfo run) {
        List<String> ran = new ArrayList<>();
        if (run.startedAt() != null) {
            ran.add(TIME.format(run.startedAt().atZone(ZoneOffset.UTC)));
        }
        if (run.durationMs() > 0) {
            ran.add("for " + Text.duration(Duration.ofMillis(run.durationMs())));
        }
        if (run.signal() != null) {
            ran.add("ended by " + Text.signal(run.signal()));
        } else if (run.exitStatus() != null) {
            ran.add("exit status " + run.exitStatus());
        }
        return ran;
    }

    private static void fact(List<Map<String, String>> facts, String label, String text) {
        facts.add(Map.of("label", label, "text", note(text)));
    }

    private static String pythons(List<ProcessReport> processes) {
        TreeSet<String> kinds = new TreeSet<>();
        for (ProcessReport process : processes) {
            kinds.add(process.python()
                    + (process.freeThreaded() ? " free-threaded, GIL " : ", GIL ")
                    + (process.gilEnabled() ? "on" : "off"));
        }
        return String.join("; ", kinds);
    }

    private static String threads(List<ProcessReport> processes) {
        long threads = Accounting.of(processes).threads();
        return Text.number(threads)
                + (processes.size() == 1 ? " in 1 process" : " in " + Text.count(processes.size(), "process"));
    }

    private static String order(String order) {
        return switch (order) {
            case "shb" -> "schedulable happens-before (shb)";
            case "hb" -> "happens-before (hb)";
            default -> order;
        };
    }

    /** How many races of each verdict that occurs, most severe first. */
    private static List<Map<String, Object>> verdicts(List<Race> races) {
        Map<Verdict, Long> counts = new EnumMap<>(Verdict.class);
        races.forEach(race -> counts.merge(race.verdict(), 1L, Long::sum));
        long most = counts.values().stream().mapToLong(Long::longValue).max().orElse(1);
        List<Map<String, Object>> rows = new ArrayList<>();
        counts.forEach((verdict, count) -> rows.add(Map.of(
                "verdict", verdict.label(),
                "level", Text.level(verdict.level()),
                "count", Text.number(count),
                "percent", percent(count, most))));
        return rows;
    }

    /** Races by the file of the first side's racing line, most races first. */
    private static void files(Map<String, Object> model, List<Race> races) {
        Map<String, Map<Level, Long>> counts = new TreeMap<>();
        for (Race race : races) {
            List<Frame> stack = race.accesses().get(0).stack();
            if (race.suppressed() == null && !stack.isEmpty()) {
                counts.computeIfAbsent(stack.get(0).file(), file -> new EnumMap<>(Level.class))
                        .merge(race.level(), 1L, Long::sum);
            }
        }
        long most =
                counts.values().stream().mapToLong(PageOverview::total).max().orElse(1);
        List<Map<String, String>> rows = counts.entrySet().stream()
                .sorted(Comparator.comparingLong(file -> -total(file.getValue()))) // stable: by name among equals
                .limit(MAX_FILES)
                .map(file -> Map.of(
                        "file", note(file.getKey()),
                        "counts", levels(file.getValue()),
                        "level", Text.level(file.getValue().keySet().iterator().next()),
                        "percent", percent(total(file.getValue()), most)))
                .toList();
        model.put("files", rows);
        model.put("fileCount", Text.count(counts.size(), "file"));
    }

    /** Length of a bar: 1 to 100. */
    private static String percent(long count, long most) {
        return String.valueOf(Math.max(1, count * 100 / Math.max(1, most)));
    }

    private static long total(Map<Level, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static String levels(Map<Level, Long> counts) {
        return Text.enumerate(counts.entrySet().stream()
                .map(level -> Text.count(level.getValue(), Text.level(level.getKey())))
                .toList());
    }

    private static void processes(Map<String, Object> model, List<ProcessReport> processes) {
        List<Map<String, Object>> rows = processes.stream()
                .sorted(Comparator.comparing(PageOverview::hasNothingToTell))
                .limit(MAX_PROCESSES)
                .map(PageOverview::row)
                .toList();
        model.put("processes", rows);
        model.put("processesLeftOut", Text.number((long) processes.size() - rows.size()));
        model.put("someLeftOut", processes.size() > rows.size());
        Accounting books = Accounting.of(processes);
        model.put("total", cells(books));
        model.put("complete", books.complete());
    }

    private static boolean hasNothingToTell(ProcessReport process) {
        return process.notes().isEmpty() && Accounting.of(List.of(process)).complete();
    }

    private static Map<String, Object> row(ProcessReport process) {
        Map<String, Object> row = new LinkedHashMap<>(cells(Accounting.of(List.of(process))));
        row.put("pid", String.valueOf(process.pid()));
        row.put("python", Text.visible(process.python() + (process.freeThreaded() ? "t" : "")));
        row.put("gil", process.gilEnabled() ? "on" : "off");
        row.put("endedBy", Text.visible(process.endedBy()));
        row.put(
                "notes",
                process.notes().stream()
                        .limit(MAX_NOTES)
                        .map(PageOverview::note)
                        .toList());
        return row;
    }

    private static Map<String, Object> cells(Accounting books) {
        Map<String, Object> cells = new LinkedHashMap<>();
        cells.put("threads", Text.number(books.threads()));
        cells.put("received", Text.number(books.received()));
        cells.put("analysed", Text.number(books.analysed()));
        cells.put("dropped", Text.number(books.dropped()));
        cells.put("malformed", Text.number(books.malformed()));
        cells.put("lost", Text.number(books.lost()));
        cells.put("recovered", Text.number(books.recovered()));
        return cells;
    }

    /** An argument as a shell would need it. */
    private static String quoted(String argument) {
        return !argument.isEmpty()
                        && argument.chars().allMatch(c -> Character.isLetterOrDigit(c) || "_-./:=,@%+".indexOf(c) >= 0)
                ? argument
                : "'" + argument.replace("'", "'\\''") + "'";
    }

    /** Text of bounded length from outside, fit to be shown. */
    private static String note(String text) {
        return Text.visible(text.length() > MAX_NOTE ? text.substring(0, MAX_NOTE) + "\u2026" : text);
    }

    /** Racewitness's own words with a capital and a full stop. */
    private static String sentence(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".";
    }
}
