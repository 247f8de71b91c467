package org.racewitness.collector.report;

import java.util.ArrayList;
import java.util.List;
import org.racewitness.analyzer.report.Level;
import org.racewitness.analyzer.report.ProcessReport;
import org.racewitness.analyzer.report.Race;
import org.racewitness.analyzer.report.TestReport;

/**
 * The verdict of a run, as page and terminal say it.
 *
 * @param sentence the verdict in one sentence
 * @param reservations what keeps the verdict from being the whole truth (records lost, the GIL, one thread only), each
 *     one sentence
 */
public record Headline(String sentence, List<String> reservations) {
    /** Of tests that prove nothing, how many are named. */
    private static final int TESTS_NAMED = 3;

    public static Headline of(RunReport report) {
        return new Headline(sentence(report), reservations(report));
    }

    private static String sentence(RunReport report) {
        List<Race> races = report.analysis().races();
        List<String> levels = new ArrayList<>();
        long found = 0;
        for (Level level : Level.values()) {
            long n = races.stream()
                    .filter(race -> race.suppressed() == null && race.level() == level)
                    .count();
            found += n;
            if (n > 0) {
                levels.add(Text.count(n, Text.level(level)));
            }
        }
        String also = also(races, Standing.KNOWN) + also(races, Standing.SUPPRESSED);
        if (report.analysis().processes().isEmpty() && found == 0) {
            return "no Python process was observed, so nothing can be said about races";
        }
        String where = " in " + Text.count(report.analysis().events(), "event") + threads(report);
        String noun = report.baseline() ? "new data race" : "data race";
        return found == 0
                ? "no " + noun + " found" + where + also
                : Text.count(found, noun) + " found (" + Text.enumerate(levels) + ")" + where + also;
    }

    private static String also(List<Race> races, Standing standing) {
        long count =
                races.stream().filter(race -> Standing.of(race) == standing).count();
        return count == 0 ? "" : ", " + Text.number(count) + " " + standing.label();
    }

    private static String threads(RunReport report) {
        long threads = Accounting.of(report.analysis().processes()).threads();
        int processes = report.analysis().processes().size();
        String of = threads == 0 ? "" : " of " + Text.count(threads, "thread");
        return processes > 1 ? of + " in " + Text.count(processes, "process") : of;
    }

    private static List<String> reservations(RunReport report) {
        List<String> said = new ArrayList<>();
        List<ProcessReport> processes = report.analysis().processes();
        Accounting books = Accounting.of(processes);
        if (books.lost() > 0) {
            said.add(Text.count(books.lost(), "record") + " did not arrive: races among them cannot have been seen");
        }
        if (books.malformed() > 0 || books.dropped() > 0) {
            said.add("not all of what arrived could be analysed: " + books.equation());
        }
        if (!books.balanced()) {
            said.add("the accounting does not add up (" + books.equation()
                    + "): this is a defect of racewitness, please report it");
        }
        if (processes.stream().anyMatch(ProcessReport::gilEnabled)) {
            said.add("the GIL was on in " + processesWithGil(processes)
                    + ": what such a process did was judged as if it had been off");
        }
        if (!processes.isEmpty() && processes.stream().allMatch(process -> process.threads() == 1)) {
            said.add(
                    processes.size() == 1
                            ? "only one thread ran, so this run could not show any race"
                            : "no process ran more than one thread, so this run could not show any race");
        }
        List<String> sharingNothing = report.analysis().tests().stream()
                .filter(test -> !test.sharing())
                .map(TestReport::name)
                .toList();
        if (!sharingNothing.isEmpty()) {
            said.add(Text.number(sharingNothing.size()) + " of "
                    + Text.count(report.analysis().tests().size(), "test")
                    + " prove nothing about races, for no two threads shared an object in them: "
                    + String.join(", ", sharingNothing.subList(0, Math.min(TESTS_NAMED, sharingNothing.size())))
                    + (sharingNothing.size() > TESTS_NAMED ? ", ... (all of them are in the report)" : ""));
        }
        return said;
    }

    private static String processesWithGil(List<ProcessReport> processes) {
        List<String> pids = processes.stream()
                .filter(ProcessReport::gilEnabled)
                .map(process -> String.valueOf(process.pid()))
                .toList();
        return pids.size() > 5 ? Text.number(pids.size()) + " processes" : "process " + Text.enumerate(pids);
    }
}
