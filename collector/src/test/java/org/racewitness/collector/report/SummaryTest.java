package org.racewitness.collector.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.analyzer.report.ProcessReport;

/** What the terminal shows, word for word where users read it, and that nothing from outside can act on it. */
class SummaryTest {
    @TempDir
    Path directory;

    @Test
    void showsBothSidesOfEachRaceMostSevereFirst() throws IOException {
        String text = summary(SampleReports.bank(directory), 80);
        assertTrue(text.startsWith("""
                racewitness: 5 data races found (3 errors, 1 warning and 1 note) in 123,456
                             events of 3 threads

                R1  error  lost-update  Account.balance  (812 times)
                    One thread computes a new value of Account.balance from the old one; what
                    the other writes in between is overwritten and lost.
                    Thread-2 (teller): read-modify-write, no lock held
                      bank.py:16 in Account.deposit
                        self.balance = self.balance + amount
                    Thread-1 (teller): write, no lock held
                      bank.py:16 in Account.deposit
                        self.balance = self.balance + amount
                    same defect: R2 check-then-act (racewitness show R2)

                R3  error  iteration-mutation  list (shape)  (14 times)
                """), text);
        assertTrue(text.contains("    Thread-1 (teller): append, holds Lock bank.py:3\n"), text);
        assertTrue(text.endsWith("\n\nracewitness: report: racewitness-report/index.html\n"), text);
    }

    @Test
    void noRaceIsOneLine() throws IOException {
        RunReport empty = SampleReports.empty();
        RunReport withoutPage = new RunReport(empty.run(), empty.analysis(), "0.1.0", List.of(), empty.sources(), null);
        assertEquals("racewitness: no data race found in 123,456 events of 9 threads\n", summary(withoutPage, 80));
    }

    @Test
    void saysWhatWasLost() throws IOException {
        String text = summary(SampleReports.damaged(directory), 80);
        assertTrue(text.contains("""
                racewitness: process 4711: 123,463 records received = 123,456 analysed + 5
                             dropped + 2 malformed, 17 lost; killed by signal 9 (SIGKILL); 120
                             records recovered from its buffer file
                racewitness: process 4712: the GIL was switched on by module oldext
                racewitness: 17 records did not arrive: races among them cannot have been seen
                """), text);
        assertTrue(text.contains("racewitness: the GIL was on in process 4712:"), text);
    }

    @Test
    void saysWhenNothingCouldBeFound() throws IOException {
        RunReport one = SampleReports.report(
                List.of(), List.of(SampleReports.process(1, 1, 0, 0, 0, List.of())), Sources.none());
        assertTrue(summary(one, 80).contains("only one thread ran, so this run could not show any race"));
        RunReport none = SampleReports.report(List.of(), List.of(), Sources.none());
        assertTrue(summary(none, 80).startsWith("racewitness: no Python process was observed, so nothing can be said"));
    }

    @Test
    void booksThatDoNotBalanceAreCalledADefect() throws IOException {
        var process = SampleReports.process(1, 2, 0, 0, 0, List.of());
        var wrong = new ProcessReport(
                1, "3.13.5", true, false, 2, process.events() + 1, process.analysed(), 0, 0, 0, 0, "exit", List.of());
        String text = summary(SampleReports.report(List.of(), List.of(wrong), Sources.none()), 80);
        assertTrue(text.contains("the accounting does not add up"), text);
        assertTrue(text.contains("this is a defect of\n"), text);
    }

    @Test
    void thousandsOfRacesAreCutAndCounted() throws IOException {
        String text = summary(SampleReports.many(directory, 2000, 2, 3), 80);
        assertTrue(text.contains("\nR20  error"), text);
        assertFalse(text.contains("\nR21  "), text);
        assertTrue(text.contains("  ... and 1,900 more races in the report\n"), text);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20, 40, 57, 80, 200})
    void noLineIsLongerThanTheTerminalAndNothingActsOnIt(int columns) throws IOException {
        int limit = columns == 0 ? 80 : Math.max(40, Math.min(80, columns));
        RunReport hostile = SampleReports.hostile(directory);
        for (RunReport report : List.of(SampleReports.bank(directory), SampleReports.damaged(directory), hostile)) {
            String text = summary(report, columns);
            for (String line : text.split("\n", -1)) {
                assertTrue(TerminalText.width(line) <= limit || line.startsWith("racewitness: report: "), line);
            }
            assertTrue(
                    text.chars()
                            .noneMatch(c -> c != '\n'
                                    && (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT)),
                    "control characters");
            assertTrue(text.length() < 40_000, "bounded, whatever the names are: " + text.length());
        }
    }

    @Test
    void coloursOnlyWhenAsked() throws IOException {
        RunReport bank = SampleReports.bank(directory);
        StringBuilder coloured = new StringBuilder();
        Summary.print(bank, coloured, 80, true);
        assertTrue(coloured.toString().contains("\u001b[1;31merror  lost-update\u001b[0m"), coloured.toString());
        assertEquals(summary(bank, 80), coloured.toString().replaceAll("\u001b\\[[0-9;]*m", ""));
    }

    @Test
    void suppressedRacesAreCounted() throws IOException {
        RunReport hostile = SampleReports.hostile(directory);
        AnalysisReport analysis = hostile.analysis();
        assertEquals(
                3,
                analysis.races().stream()
                        .filter(race -> race.suppressed() != null)
                        .count());
        String text = summary(hostile, 80);
        assertTrue(
                text.startsWith("racewitness: 9 data races found (6 errors, 2 warnings and 1 note) in 10 events"),
                text);
        assertTrue(text.contains("3 suppressed"), text);
    }

    private static String summary(RunReport report, int columns) throws IOException {
        StringBuilder out = new StringBuilder();
        Summary.print(report, out, columns, false);
        return out.toString();
    }

    @Test
    void thePageAndTheRacingLinesAreLinksWhereTerminalsKnowLinks() throws IOException {
        String page = Path.of("racewitness-report", "index.html").toString();
        String source = directory.resolve("bank.py").toUri().toASCIIString();
        Map<Map<String, String>, String> addresses = Map.of(
                Map.of("VTE_VERSION", "7600"),
                source,
                Map.of("TERM_PROGRAM", "WezTerm"),
                source,
                Map.of("KITTY_WINDOW_ID", "1"),
                source + "#16",
                Map.of("TERM_PROGRAM", "vscode"),
                source.replace("file://", "vscode://file") + ":16");
        for (Map.Entry<Map<String, String>, String> terminal : addresses.entrySet()) {
            String text = linked(Links.of(terminal.getKey(), directory));
            assertTrue(
                    text.contains("\u001b]8;;file:///") && text.contains("\u001b\\" + page + "\u001b]8;;\u001b\\"),
                    text);
            assertTrue(
                    text.contains("\u001b]8;;" + terminal.getValue() + "\u001b\\bank.py:16\u001b]8;;\u001b\\"), text);
            assertEquals(
                    summary(SampleReports.bank(directory), 80), text.replaceAll("\u001b]8;;[^\u001b]*\u001b\\\\", ""));
        }
        assertFalse(linked(Links.of(Map.of("TERM", "xterm"), directory)).contains("\u001b"));
    }

    private String linked(Links links) throws IOException {
        StringBuilder out = new StringBuilder();
        Summary.print(SampleReports.bank(directory), out, 80, false, links);
        return out.toString();
    }

    @Test
    void aDefectIsShownOnceAndItsOtherRacesAreNamed() throws IOException {
        String text = summary(SampleReports.bank(directory), 80);
        assertTrue(text.contains("same defect: R2 check-then-act (racewitness show R2)"), text);
        assertFalse(text.lines().anyMatch(line -> line.startsWith("R2 ")), text);
    }
}
