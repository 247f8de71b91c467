package org.racewitness.collector.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Access.ThreadRef;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.report.Location;
import org.racewitness.analyzer.report.ProcessReport;
import org.racewitness.analyzer.report.Race;
import org.racewitness.analyzer.report.RaceExplanation;
import org.racewitness.analyzer.report.RaceExplanation.Edge;
import org.racewitness.analyzer.report.RaceExplanation.Side;
import org.racewitness.analyzer.report.RaceExplanation.Sync;
import org.racewitness.analyzer.report.Verdict;

/**
 * Reports for tests: a run as a user would see it, an empty one, one with every kind of hostile text, and one with
 * thousands of races.
 */
public final class SampleReports {
    /** What must never become markup, a script's end, a line's end or a terminal's command. */
    public static final List<String> HOSTILE = List.of(
            "</script><script>window.pwned=1</script>",
            "<img src=x onerror=window.pwned=1>",
            "\"><svg onload=window.pwned=1>",
            "<!--<script>",
            "]]>&lt;b&gt;&amp;${1+1}<#list>",
            "a\u2028b\u2029c",
            "esc\u001b[31mred\u0007\r\n\t\u0000",
            "\u202egnp.exe\u2066\u2069",
            "quote'\"`\\",
            "lone\ud800surrogate",
            "\u5909\u6570\ud83d\udc0de\u0301",
            "x".repeat(20_000));

    private static final String BANK = """
            import threading

            log_lock = threading.Lock()


            class Account:
                \"\"\"One account,
                with a balance.\"\"\"

                def __init__(self, balance):
                    self.balance = balance
                    self.history = []

                def deposit(self, amount):
                    # several tellers call this at once
                    self.balance = self.balance + amount
                    with log_lock:
                        self.history.append(("deposit", amount))

                def withdraw(self, amount):
                    if self.balance >= amount:
                        self.balance -= amount
                        return True
                    return False

                def statement(self):
                    return "\\n".join(f"{what:>10} {amount:8.2f}" for what, amount in self.history)


            def teller(account, rounds):
                for _ in range(rounds):
                    account.deposit(1_000.50)
                    account.withdraw(500)


            account = Account(100)
            threads = [threading.Thread(target=teller, args=(account, 100)) for _ in range(2)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
            print(account.balance)
            """;

    private SampleReports() {}

    /** A program with four races and its source in {@code directory}. */
    public static RunReport bank(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("bank.py"), BANK);
        List<Frame> started = List.of(
                new Frame("/usr/lib/python3.13/threading.py", 973, 973, 8, 40, "Thread.start", false),
                frame(38, 4, 13, "<module>"));
        Access deposit =
                access("write", 2, "Thread-1 (teller)", List.of(), stack(16, 8, 20, "Account.deposit"), started);
        Access add = access(
                "read-modify-write", 3, "Thread-2 (teller)", List.of(), stack(16, 23, 35, "Account.deposit"), started);
        Access test = access(
                "write",
                3,
                "Thread-2 (teller)",
                List.of("Lock bank.py:3"),
                stack(22, 12, 24, "Account.withdraw"),
                started);
        Access append = access(
                "append",
                2,
                "Thread-1 (teller)",
                List.of("Lock bank.py:3"),
                stack(18, 12, 52, "Account.deposit"),
                started);
        Access iterate = access(
                "iterate", 1, "MainThread", List.of(), List.of(frame(27, 27, 95, "Account.statement")), List.of());
        List<Frame> seen = List.of(frame(12, 8, 20, "Account.__init__"), frame(35, 10, 22, "<module>"));
        List<Race> races = List.of(
                new Race(
                        "R1",
                        "9f2c41d0b7e85a631",
                        Verdict.LOST_UPDATE,
                        812,
                        new Location("attribute", "Account.balance", "bank.Account", null),
                        List.of(add, deposit),
                        seen,
                        null,
                        List.of("test_bank.py::test_deposit"),
                        explanation()),
                race(
                        "R2",
                        Verdict.CHECK_THEN_ACT,
                        1,
                        new Location("attribute", "Account.balance", "bank.Account", null),
                        test,
                        deposit,
                        seen),
                race(
                        "R3",
                        Verdict.ITERATION_MUTATION,
                        14,
                        new Location("shape", "list (shape)", "list", null),
                        iterate,
                        append,
                        seen),
                race(
                        "R4",
                        Verdict.UNORDERED_READ_WRITE,
                        3,
                        new Location("item", "list[3]", "list", "3"),
                        iterate,
                        append,
                        List.of()),
                race(
                        "R5",
                        Verdict.ATOMIC_UPDATE,
                        99,
                        new Location("shape", "list (shape)", "list", null),
                        append,
                        append,
                        List.of()));
        return report(races, List.of(process(4711, 3, 0, 0, 0, List.of())), Sources.in(directory));
    }

    /** The bank's races beside a baseline: the second is accepted, the fourth known. */
    public static RunReport triaged(Path directory) throws IOException {
        RunReport bank = bank(directory);
        List<Race> races = new ArrayList<>(bank.analysis().races());
        races.set(1, races.get(1).withSuppressed("a statistic"));
        races.set(3, races.get(3).withSuppressed(Standing.KNOWN_REASON));
        return new RunReport(
                bank.run(), bank.analysis().withRaces(races), "0.1.0", List.of(), bank.sources(), bank.page(), true);
    }

    /** No race. */
    public static RunReport empty() {
        return report(List.of(), List.of(process(4711, 9, 0, 0, 0, List.of())), Sources.none());
    }

    /** Records missing, a killed process, a GIL switched on. */
    public static RunReport damaged(Path directory) throws IOException {
        RunReport whole = bank(directory);
        ProcessReport gil = new ProcessReport(
                4712,
                "3.13.5",
                true,
                true,
                2,
                1000,
                1000,
                0,
                0,
                0,
                0,
                "exit",
                List.of("the GIL was switched on by module oldext"));
        List<ProcessReport> processes = List.of(
                process(
                        4711,
                        3,
                        5,
                        2,
                        17,
                        List.of("killed by signal 9 (SIGKILL); 120 records recovered from its buffer file")),
                gil);
        return report(whole.analysis().races(), processes, whole.sources());
    }

    /** Every hostile text in every place that takes text, also as source, in files below {@code directory}. */
    public static RunReport hostile(Path directory) throws IOException {
        Files.createDirectories(directory);
        List<Race> races = new ArrayList<>();
        int n = 0;
        for (String text : HOSTILE) {
            String file = "hostile" + n + ".py";
            Files.writeString(
                    directory.resolve(file),
                    "x = 1\ny = \"" + text.replace('\ud800', '?') + "\"  # " + text.replace('\ud800', '?')
                            + "\nz = 3\n");
            List<Frame> stack = List.of(
                    new Frame(file, 2, 2, 4, 2000, text, true),
                    new Frame(text, 7, 7, 0, 9, text, true),
                    new Frame(text, 0, 0, -1, -1, text, false));
            Access one = new Access(text, 1, new ThreadRef(1, text), List.of(text, text), stack, stack);
            Access two = new Access("write", 1, new ThreadRef(2, "other " + text), List.of(), List.of(), List.of());
            Verdict verdict = Verdict.values()[n % Verdict.values().length];
            races.add(new Race(
                    "R" + ++n,
                    "00000000",
                    verdict,
                    n,
                    new Location("attribute", text, text, text),
                    List.of(one, two),
                    stack,
                    n % 4 == 0 ? text : null,
                    List.of(text),
                    hostileExplanation(text, stack)));
        }
        RunInfo run = new RunInfo(HOSTILE, null, 0, null, 11, 0);
        ProcessReport process =
                new ProcessReport(1, HOSTILE.get(0), true, false, 2, 10, 10, 0, 0, 0, 0, HOSTILE.get(1), HOSTILE);
        AnalysisReport analysis = new AnalysisReport("shb", races, List.of(process), 10, 1, 1);
        return new RunReport(run, analysis, "0.1.0", HOSTILE, Sources.in(directory), directory.resolve("index.html"));
    }

    private static RaceExplanation hostileExplanation(String text, List<Frame> stack) {
        Sync sync = new Sync(text, new ThreadRef(1, text), 3, text, new ThreadRef(2, text), stack);
        return new RaceExplanation(
                0, List.of(new Side(5, 0, sync, null), new Side(5, -1, sync, sync)), List.of(new Edge(0, sync, sync)));
    }

    /** Thousands of races from {@code files} modules, with stacks of the given depth. */
    public static RunReport many(Path directory, int count, int files, int depth) throws IOException {
        Files.createDirectories(directory);
        for (int f = 0; f < files; f++) {
            StringBuilder text = new StringBuilder();
            for (int line = 1; line <= 400; line++) {
                text.append("def step_")
                        .append(line)
                        .append("(self): self.field_")
                        .append(line)
                        .append(" += ")
                        .append(line)
                        .append('\n');
            }
            Files.writeString(directory.resolve("module" + f + ".py"), text);
        }
        List<Race> races = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<Frame> stack = new ArrayList<>();
            for (int d = 0; d < depth; d++) {
                int line = (i + d * 7) % 400 + 1;
                stack.add(new Frame(
                        "module" + (i / 50 + d) % files + ".py",
                        line,
                        line,
                        22,
                        34,
                        "Worker.step_" + line,
                        d % 5 != 4));
            }
            Access one = access("read-modify-write", 2 + i % 8, "Worker-" + i % 8, List.of(), stack, List.of());
            Access two = access(
                    "write", 10 + i % 8, "Worker-" + (i % 8 + 8), List.of("Lock module0.py:1"), stack, List.of());
            Verdict verdict = Verdict.values()[i * Verdict.values().length / count];
            races.add(race(
                    "R" + (i + 1),
                    verdict,
                    i + 1,
                    new Location("attribute", "Worker.field_" + i, "module.Worker", null),
                    one,
                    two,
                    List.of()));
        }
        return report(races, List.of(process(4711, 17, 0, 0, 0, List.of())), Sources.in(directory));
    }

    /** A report of these parts about a run that took 1.2 s. */
    public static RunReport report(List<Race> races, List<ProcessReport> processes, Sources sources) {
        long events = processes.stream().mapToLong(ProcessReport::events).sum();
        RunInfo run = new RunInfo(
                List.of("python3.13t", "bank.py", "--rounds", "a b"),
                Instant.parse("2026-11-21T10:00:00Z"),
                1234,
                0,
                null,
                2);
        AnalysisReport analysis = new AnalysisReport("shb", races, processes, events, 4321, 87_000_000);
        return new RunReport(run, analysis, "0.1.0", List.of(), sources, Path.of("racewitness-report", "index.html"));
    }

    /** A process whose books balance. */
    public static ProcessReport process(
            int pid, int threads, long dropped, long malformed, long lost, List<String> notes) {
        long analysed = 123_456;
        return new ProcessReport(
                pid,
                "3.13.5",
                true,
                false,
                threads,
                analysed + dropped + malformed,
                analysed,
                dropped,
                malformed,
                lost,
                lost == 0 ? 0 : 120,
                lost == 0 ? "exit" : "signal",
                notes);
    }

    /** That of the first race: Thread-1 once handed the log lock to Thread-2, since then nothing ordered them. */
    private static RaceExplanation explanation() {
        ThreadRef main = new ThreadRef(1, "MainThread");
        ThreadRef one = new ThreadRef(2, "Thread-1 (teller)");
        ThreadRef two = new ThreadRef(3, "Thread-2 (teller)");
        List<Frame> with = List.of(frame(17, 13, 21, "Account.deposit"), frame(32, 8, 30, "teller"));
        Sync begin = new Sync("begin", two, 1, null, main, List.of());
        Sync release = new Sync("release", one, 8, "Lock bank.py:3", null, with);
        Sync acquire = new Sync("acquire", two, 9, "Lock bank.py:3", null, with);
        Sync releaseTwo = new Sync("release", two, 11, "Lock bank.py:3", null, with);
        Sync after = new Sync("acquire", one, 14, "Lock bank.py:3", null, with);
        return new RaceExplanation(
                1,
                List.of(new Side(13, 0, releaseTwo, null), new Side(12, 8, release, after)),
                List.of(
                        new Edge(1, release, acquire),
                        new Edge(0, begin, new Sync("observe", one, 3, "Event bank.py:4", null, List.of()))));
    }

    private static Race race(
            String id, Verdict verdict, long count, Location location, Access one, Access two, List<Frame> firstSeen) {
        return new Race(
                id,
                "9f2c41d0b7e85a63" + id.substring(1),
                verdict,
                count,
                location,
                List.of(one, two),
                firstSeen,
                null,
                List.of());
    }

    private static Access access(
            String operation, int thread, String name, List<String> locks, List<Frame> stack, List<Frame> startedAt) {
        return new Access(operation, 4711, new ThreadRef(thread, name), locks, stack, startedAt);
    }

    private static List<Frame> stack(int line, int column, int endColumn, String function) {
        return List.of(
                frame(line, column, endColumn, function),
                frame(line < 20 ? 32 : 33, 8, 30, "teller"),
                new Frame("/usr/lib/python3.13/threading.py", 994, 994, 12, 50, "Thread.run", false),
                new Frame("/usr/lib/python3.13/threading.py", 1043, 1043, 16, 26, "Thread._bootstrap_inner", false));
    }

    private static Frame frame(int line, int column, int endColumn, String function) {
        return new Frame("bank.py", line, line, column, endColumn, function, true);
    }
}
