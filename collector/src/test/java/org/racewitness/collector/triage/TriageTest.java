package org.racewitness.collector.triage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.analyzer.report.Race;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.config.Suppression;
import org.racewitness.collector.report.RunReport;
import org.racewitness.collector.report.SampleReports;
import org.racewitness.collector.report.Sources;

/** Suppressions, comments and baselines held against the races of the sample program. */
class TriageTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);

    @TempDir
    Path directory;

    private RunReport bank;

    @BeforeEach
    void sample() throws IOException {
        bank = SampleReports.bank(directory);
    }

    private static Suppression suppression(String key, String pattern, boolean anywhere, LocalDate expires) {
        return new Suppression(
                key.equals("fingerprint") ? pattern : null,
                key.equals("location") ? pattern : null,
                key.equals("file") ? pattern : null,
                key.equals("function") ? pattern : null,
                key.equals("module") ? pattern : null,
                key.equals("verdict") ? pattern : null,
                anywhere,
                "accepted",
                expires,
                "racewitness.toml, suppression 1");
    }

    private Triage triage(Suppression... suppressions) {
        return new Triage(List.of(suppressions), Sources.in(directory), null, TODAY);
    }

    private static List<String> suppressed(AnalysisReport report) {
        return report.races().stream()
                .filter(race -> race.suppressed() != null)
                .map(Race::id)
                .toList();
    }

    @ParameterizedTest(name = "{0} = {1}, anywhere {2}: {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "location|Account.balance|false|R1 R2",
                "location|Account.*|false|R1 R2",
                "location|list[3]|false|R4",
                "location|list[?]|false|R4",
                "location|balance|false|",
                "fingerprint|9f2c41d0b7e85a632|false|R2",
                "fingerprint|9f2c41d0|false|R1 R2 R3 R4 R5",
                "file|bank.py|false|R1 R2 R3 R4 R5",
                "file|ank.py|false|",
                "file|threading.py|false|",
                "file|python3.13/threading.py|true|R1 R2 R3 R4 R5",
                "function|Account.withdraw|false|R2",
                "function|*.statement|false|R3 R4",
                "function|teller|false|",
                "function|tell*|true|R1 R2 R3 R4 R5",
                "module|bank|false|R1 R2 R3 R4 R5",
                "module|threading|false|",
                "module|ban|false|",
            })
    void aConditionMatchesTheRacesItNamesAndNoOther(String key, String pattern, boolean anywhere, String expected) {
        AnalysisReport marked =
                triage(suppression(key, pattern, anywhere, null)).apply(bank.analysis());
        assertEquals(bank.analysis().races().size(), marked.races().size(), "nothing is dropped");
        List<String> wanted = expected == null ? List.of() : Arrays.asList(expected.split(" ", -1));
        assertEquals(wanted, suppressed(marked));
        marked.races().stream()
                .filter(race -> race.suppressed() != null)
                .forEach(race -> assertEquals("accepted", race.suppressed()));
    }

    @Test
    void allConditionsHaveToHold() {
        Suppression both = new Suppression(
                null,
                "Account.balance",
                null,
                "Account.withdraw",
                null,
                "check-then-act",
                false,
                "accepted",
                null,
                "x");
        assertEquals(List.of("R2"), suppressed(triage(both).apply(bank.analysis())));
        Suppression never = new Suppression(
                null, "Account.balance", null, "Account.withdraw", null, "lost-update", false, "accepted", null, "x");
        assertEquals(List.of(), suppressed(triage(never).apply(bank.analysis())));
    }

    @Test
    void anExpiredSuppressionSuppressesNothingAndIsTold() {
        Triage lastDay = triage(suppression("location", "Account.*", false, TODAY));
        assertEquals(List.of("R1", "R2"), suppressed(lastDay.apply(bank.analysis())));
        assertEquals(List.of(), lastDay.notes());
        Triage dayAfter = triage(suppression("location", "Account.*", false, TODAY.minusDays(1)));
        assertEquals(List.of(), suppressed(dayAfter.apply(bank.analysis())));
        assertEquals(
                List.of("expired on 2026-11-21 and suppresses nothing: racewitness.toml, suppression 1"
                        + " (location = \"Account.*\")"),
                dayAfter.notes());
    }

    @Test
    void anUnusedSuppressionIsTold() {
        Triage triage = triage(
                suppression("location", "Account.*", false, null), suppression("location", "Account.b*", false, null));
        triage.apply(bank.analysis());
        assertEquals(List.of(), triage.notes(), "overlapping suppressions are both used");
        Triage unused = triage(suppression("location", "Acount.*", false, null));
        unused.apply(bank.analysis());
        assertEquals(1, unused.notes().size());
        assertTrue(
                unused.notes().get(0).startsWith("matched no race in this run: "),
                unused.notes().get(0));
    }

    @Test
    void aCommentOnARacingLineSuppressesWithItsReason() throws IOException {
        Path source = directory.resolve("bank.py");
        String text = Files.readString(source);
        Files.writeString(
                source,
                text.replace("return True", "return True  # racewitness: ignore[not a line that races]")
                        .replace(
                                "self.history.append((\"deposit\", amount))",
                                "self.history.append((\"deposit\", amount))  #racewitness:ignore[ order does not matter ]"));
        AnalysisReport marked = triage().apply(bank.analysis());
        assertEquals(List.of("R3", "R4", "R5"), suppressed(marked));
        assertEquals("order does not matter", marked.races().get(2).suppressed());
        assertNull(marked.races().get(0).suppressed());
    }

    @Test
    void aCommentWithoutReasonSuppressesNothing() throws IOException {
        Path source = directory.resolve("bank.py");
        String line = "self.balance = self.balance + amount";
        for (String comment : List.of("ignore", "ignore[]", "ignore[ ]")) {
            Files.writeString(
                    source,
                    Files.readString(source)
                            .replaceAll("(?m)\\Q" + line + "\\E.*$", line + "  # racewitness: " + comment));
            Triage triage = triage();
            assertEquals(List.of(), suppressed(triage.apply(bank.analysis())), comment);
            assertEquals(1, triage.notes().size(), comment);
            assertTrue(triage.notes().get(0).startsWith("bank.py:16: the comment gives no reason"), comment);
        }
    }

    @Test
    void aCommentThatMetNoRaceIsNamed() throws IOException {
        Path source = directory.resolve("bank.py");
        Files.writeString(
                source,
                Files.readString(source)
                        .replace("return True", "return True  # racewitness: ignore[not a line that races]")
                        .replace("return False", "return '# racewitness: ignore[no comment]'")
                        .replace(
                                "self.history.append((\"deposit\", amount))",
                                "self.history.append((\"deposit\", amount))  # racewitness: ignore[met]"));
        Triage triage = triage();
        AnalysisReport ran = bank.analysis();
        triage.apply(new AnalysisReport(
                ran.order(), ran.races(), ran.processes(), 1, 1, 1, List.of(), List.of("bank.py", "gone.py")));
        assertEquals(List.of("bank.py:23: `# racewitness: ignore[...]` met no race in this run"), triage.notes());
    }

    @Test
    void racesOfTheBaselineAreKnownAndVanishedOnesNamed() throws Exception {
        List<Race> races = bank.analysis().races();
        Path file = directory.resolve("baseline.json");
        Baseline.of(races.subList(0, 3)).write(file);
        assertEquals(
                Baseline.of(races.subList(0, 3)).races(), Baseline.read(file).races());
        AnalysisReport now = bank.analysis().withRaces(races.subList(1, 5));
        Triage triage = new Triage(List.of(), Sources.none(), Baseline.read(file), TODAY);
        AnalysisReport marked = triage.apply(now);
        assertEquals(List.of("R2", "R3"), suppressed(marked));
        assertEquals(Baseline.KNOWN, marked.races().get(0).suppressed());
        assertEquals(
                List.of("no longer found, though in the baseline: lost-update Account.balance (9f2c41d0)"),
                triage.notes());
    }

    @Test
    void whatIsNoBaselineIsToldInOneLine() throws IOException {
        Path file = directory.resolve("baseline.json");
        for (String text : List.of(
                "", "{", "[]", "{\"baselineVersion\": 2, \"races\": []}", "{\"baselineVersion\":1,\"races\":[{}]}")) {
            Files.writeString(file, text);
            ProblemException e = assertThrows(ProblemException.class, () -> Baseline.read(file), text);
            assertEquals(1, e.getMessage().lines().count());
            assertTrue(e.getMessage().endsWith("[bad-baseline]"), e.getMessage());
        }
        assertThrows(ProblemException.class, () -> Baseline.read(directory.resolve("missing")));
    }
}
