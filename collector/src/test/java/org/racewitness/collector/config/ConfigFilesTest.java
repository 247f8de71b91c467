package org.racewitness.collector.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.racewitness.collector.ProblemException;
import picocli.CommandLine.Model.OptionSpec;

class ConfigFilesTest {
    private static final List<OptionSpec> OPTIONS = List.of(
            OptionSpec.builder("--fail-on").type(String.class).build(),
            OptionSpec.builder("--no-html").type(boolean.class).arity("0").build(),
            OptionSpec.builder("--exit-code").type(int.class).build(),
            OptionSpec.builder("--include")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .build());

    @TempDir
    Path directory;

    private Settings read(String text) throws IOException, ProblemException {
        Path file = Files.writeString(directory.resolve("racewitness.toml"), text);
        return ConfigFiles.read(List.of(file), OPTIONS);
    }

    @Test
    void everyKindOfValueIsRead() throws Exception {
        Settings settings = read("""
                fail-on = "error"
                no-html = true
                exit-code = 3
                include = ["a.*", "b"]

                [[suppress]]
                location = "Account.balance"
                reason = "shown, never computed with"
                expires = 2027-01-31
                anywhere = true

                [[suppress]]
                fingerprint = "9f2c41d0"
                verdict = "lost-update"
                reason = "x"
                expires = "2027-02-28"
                """);
        assertEquals("error", settings.options().get("fail-on").text());
        assertEquals("true", settings.options().get("no-html").text());
        assertEquals("3", settings.options().get("exit-code").text());
        assertEquals("a.*,b", settings.options().get("include").text());
        Suppression first = settings.suppressions().get(0);
        assertEquals("Account.balance", first.location());
        assertEquals("shown, never computed with", first.reason());
        assertEquals(LocalDate.of(2027, 1, 31), first.expires());
        assertTrue(first.anywhere());
        assertEquals(LocalDate.of(2027, 2, 28), settings.suppressions().get(1).expires());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "fail-no = \"error\"|unknown key fail-no (did you mean fail-on?)",
                "fail-on = 3|fail-on must be a string",
                "no-html = \"yes\"|no-html must be true or false",
                "exit-code = 1.5|exit-code must be a whole number",
                "include = \"a\"|include must be a list of strings",
                "include = [1]|include must be a list of strings",
                "fail-on = |is no TOML in line 1",
                "[suppress]|suppress is no list of tables",
                "[[suppress]]|suppression 1: has no reason",
                "suppress = [{reason = \"x\"}]|suppression 1: says no race",
                "suppress = [{file = \"x\", reason = \" \"}]|suppression 1: reason must be text",
                "suppress = [{file = 5, reason = \"x\"}]|suppression 1: file must be text",
                "suppress = [{fiel = \"x\", reason = \"x\"}]|unknown key fiel (did you mean file?)",
                "suppress = [{fingerprint = \"R1\", reason = \"x\"}]|R1 is no fingerprint",
                "suppress = [{file = \"a\", verdict = \"lost-updat\", reason = \"x\"}]|(did you mean lost-update?)",
                "suppress = [{file = \"a\", expires = \"soon\", reason = \"x\"}]|expires must be a date like 2027-01-31",
            })
    void aMistakeIsOneLineThatNamesFileAndKey(String text, String message) {
        ProblemException e = assertThrows(ProblemException.class, () -> read(text));
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertTrue(
                e.getMessage().startsWith(directory.resolve("racewitness.toml").toString()), e.getMessage());
        assertTrue(e.getMessage().endsWith("[bad-config]"), e.getMessage());
        assertEquals(1, e.getMessage().lines().count());
    }

    @Test
    void bothFilesOfAFolderCountAndTheOwnOneWins() throws Exception {
        Files.writeString(
                directory.resolve("pyproject.toml"),
                "[project]\nname = \"x\"\n[tool.racewitness]\nfail-on = \"error\"\nexit-code = 5\n"
                        + "[[tool.racewitness.suppress]]\nfile = \"a.py\"\nreason = \"x\"\n");
        Files.writeString(
                directory.resolve("racewitness.toml"),
                "exit-code = 6\n[[suppress]]\nfile = \"b.py\"\nreason = \"y\"\n");
        Path below = Files.createDirectories(directory.resolve("src").resolve("app"));
        List<Path> files = ConfigFiles.discover(below);
        assertEquals(List.of(directory.resolve("pyproject.toml"), directory.resolve("racewitness.toml")), files);
        Settings settings = ConfigFiles.read(files, OPTIONS);
        assertEquals("error", settings.options().get("fail-on").text());
        assertEquals("6", settings.options().get("exit-code").text());
        assertEquals(2, settings.suppressions().size());
    }

    @Test
    void theSearchEndsAtTheRepository() throws Exception {
        Files.writeString(directory.resolve("racewitness.toml"), "exit-code = 6\n");
        Path repository =
                Files.createDirectories(directory.resolve("repository").resolve("src"));
        Files.createDirectory(directory.resolve("repository").resolve(".git"));
        assertEquals(List.of(), ConfigFiles.discover(repository));
    }

    @Test
    void aPyprojectOfAnotherToolSaysNothing() throws Exception {
        Path file = Files.writeString(directory.resolve("pyproject.toml"), "[tool.other]\nfail-no = 1\n");
        assertEquals(Settings.NONE, ConfigFiles.read(List.of(file), OPTIONS));
    }
}
