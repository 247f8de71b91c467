package org.racewitness.collector.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Level;
import org.racewitness.analyzer.report.Race;
import org.racewitness.analyzer.report.RaceExplanation;
import org.racewitness.analyzer.report.RaceExplanation.Side;
import org.racewitness.analyzer.report.RaceExplanation.Sync;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** SARIF, JUnit XML, annotations and trace events against their schemas and against what readers do with them. */
class PipelineReportsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private RunReport bank;

    @BeforeEach
    void sample() throws IOException {
        bank = SampleReports.bank(directory);
    }

    private List<RunReport> everyKind() throws IOException {
        return List.of(
                bank,
                SampleReports.empty(),
                SampleReports.damaged(directory),
                SampleReports.hostile(directory),
                SampleReports.many(directory, 40, 3, 12));
    }

    /** The sample with its second race accepted. */
    private RunReport withOneSuppressed() {
        List<Race> races = new ArrayList<>(bank.analysis().races());
        races.set(1, races.get(1).withSuppressed("a statistic"));
        return new RunReport(
                bank.run(), bank.analysis().withRaces(races), "0.1.0", List.of("a note"), bank.sources(), null);
    }

    private String sarif(RunReport report) throws IOException {
        StringWriter out = new StringWriter();
        SarifReport.write(report, directory, out);
        return out.toString();
    }

    private String junit(RunReport report) throws IOException {
        StringWriter out = new StringWriter();
        JUnitReport.write(report, directory, level -> level != Level.NOTE, out);
        return out.toString();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = PipelineReportsTest.class.getResourceAsStream("/schemas/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<Error> sarifErrors(String sarif) throws IOException {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4)
                .getSchema(resource("sarif-2.1.0-rtm.5.json"));
        return schema.validate(
                sarif,
                InputFormat.JSON,
                context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
    }

    @Test
    void sarifValidatesAgainstThePublicSchema() throws IOException {
        for (RunReport report : everyKind()) {
            assertEquals(List.of(), sarifErrors(sarif(report)));
        }
        assertEquals(List.of(), sarifErrors(sarif(withOneSuppressed())));
        assertFalse(sarifErrors(sarif(bank).replace("\"ruleIndex\" : 0", "\"ruleIndex\" : \"0\""))
                .isEmpty());
    }

    @Test
    void sarifHasBothStacksFingerprintsAndAHelpForEachRule() throws IOException {
        JsonNode run = JSON.readTree(sarif(withOneSuppressed())).at("/runs/0");
        for (JsonNode rule : run.at("/tool/driver/rules")) {
            assertTrue(rule.at("/help/markdown").asText().contains("**What usually mends it:**"));
            assertFalse(rule.at("/shortDescription/text").asText().isEmpty());
        }
        assertEquals(7, run.at("/tool/driver/rules").size());
        JsonNode result = run.at("/results/0");
        Race race = bank.analysis().races().get(0);
        assertEquals("lost-update", result.get("ruleId").asText());
        int rule = result.get("ruleIndex").asInt();
        assertEquals("lost-update", run.at("/tool/driver/rules/" + rule + "/id").asText());
        assertEquals(
                race.fingerprint(),
                result.at("/partialFingerprints/racewitness~1v1").asText());
        assertEquals(
                "bank.py",
                result.at("/locations/0/physicalLocation/artifactLocation/uri").asText());
        JsonNode region = result.at("/locations/0/physicalLocation/region");
        assertEquals(16, region.get("startLine").asInt());
        assertEquals(24, region.get("startColumn").asInt());
        assertEquals(36, region.get("endColumn").asInt());
        JsonNode flows = result.at("/codeFlows/0/threadFlows");
        assertEquals(2, flows.size());
        for (int side = 0; side < 2; side++) {
            JsonNode steps = flows.get(side).get("locations");
            assertEquals(race.accesses().get(side).stack().size(), steps.size());
            assertEquals(
                    "Account.deposit",
                    steps.get(steps.size() - 1)
                            .at("/location/logicalLocations/0/fullyQualifiedName")
                            .asText(),
                    "the innermost frame comes last");
        }
        assertTrue(flows.at("/0/locations/0/location/physicalLocation/artifactLocation/uri")
                .asText()
                .startsWith("file:///usr/lib/"));
        assertTrue(result.path("suppressions").isMissingNode());
        assertEquals(
                "a statistic", run.at("/results/1/suppressions/0/justification").asText());
        assertEquals(
                "a note",
                run.at("/invocations/0/toolExecutionNotifications/0/message/text")
                        .asText());
    }

    @Test
    void namesOfFilesAreUriReferences() throws IOException {
        JsonNode run = JSON.readTree(sarif(SampleReports.hostile(directory))).at("/runs/0");
        List<String> uris = run.findValuesAsText("uri");
        assertTrue(uris.size() > SampleReports.HOSTILE.size() * 2, uris.toString());
        for (String uri : uris) {
            assertEquals(uri, URI.create(uri).toASCIIString());
        }
    }

    private static void validate(String xml) throws IOException, SAXException {
        SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                .newSchema(new StreamSource(new StringReader(resource("junit.xsd"))))
                .newValidator()
                .validate(new StreamSource(new StringReader(xml)));
    }

    private static Document parse(String xml) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }

    @Test
    void junitValidates() throws Exception {
        for (RunReport report : everyKind()) {
            validate(junit(report));
        }
    }

    @Test
    void junitFailsWhatFailsTheRunAndSkipsWhatIsSuppressed() throws Exception {
        Document document = parse(junit(withOneSuppressed()));
        Element suite = (Element) document.getElementsByTagName("testsuite").item(0);
        assertEquals("5", suite.getAttribute("tests"));
        assertEquals("3", suite.getAttribute("failures"), "the note passes");
        assertEquals("1", suite.getAttribute("skipped"));
        assertEquals(3, document.getElementsByTagName("failure").getLength());
        Element skipped = (Element) document.getElementsByTagName("skipped").item(0);
        assertEquals("suppressed: a statistic", skipped.getAttribute("message"));
        Element first = (Element) document.getElementsByTagName("testcase").item(0);
        assertEquals("lost-update Account.balance [9f2c41d0]", first.getAttribute("name"));
        assertEquals("bank.py", first.getAttribute("file"));
        assertEquals("16", first.getAttribute("line"));
        assertTrue(first.getTextContent().contains("self.balance = self.balance + amount"), first.getTextContent());
    }

    @Test
    void junitOfARunWithoutRacesIsOnePassedCase() throws Exception {
        Document document = parse(junit(SampleReports.empty()));
        assertEquals(1, document.getElementsByTagName("testcase").getLength());
        assertEquals(0, document.getElementsByTagName("failure").getLength());
    }

    @Test
    void annotationsAreOneLineForEachRaceThatCounts() {
        List<String> lines =
                GithubAnnotations.of(withOneSuppressed(), directory).lines().toList();
        assertEquals(4, lines.size());
        assertTrue(
                lines.get(0)
                        .startsWith("::error file=bank.py,line=16,endLine=16,"
                                + "title=data race R1%3A lost-update of Account.balance::One thread computes"),
                lines.get(0));
        assertTrue(lines.get(2).startsWith("::warning "), lines.get(2));
        assertTrue(lines.get(3).startsWith("::notice "), lines.get(3));
    }

    @Test
    void noNameCanEndAnAnnotation() throws IOException {
        RunReport hostile = SampleReports.hostile(directory);
        long counting = hostile.analysis().races().stream()
                .filter(race -> race.suppressed() == null)
                .count();
        List<String> lines = GithubAnnotations.of(hostile, directory).lines().toList();
        assertEquals(counting, lines.size());
        for (String line : lines) {
            assertTrue(line.matches("::(error|warning|notice) [^:]*::.*"), line);
        }
    }

    @Test
    void traceEventsStandWhereTheSynchronisationAroundThemPutsThem() throws IOException {
        long start = 1_795_000_000_000_000_000L;
        Access.ThreadRef one = new Access.ThreadRef(2, "one");
        Access.ThreadRef two = new Access.ThreadRef(3, "two");
        Sync before = new Sync("acquire", one, 1, "Lock a.py:1", null, List.of(), start);
        Sync after = new Sync("release", one, 5, "Lock a.py:1", null, List.of(), start + 2_500_000);
        Sync begin = new Sync("begin", two, 1, null, one, List.of(), start + 1_000_000);
        Race race = bank.analysis().races().get(0);
        Race timed = new Race(
                "R1",
                race.fingerprint(),
                race.verdict(),
                7,
                race.location(),
                List.of(side(one), side(two)),
                List.of(),
                null,
                List.of("t"),
                new RaceExplanation(0, List.of(new Side(3, 0, before, after), new Side(2, 0, begin, null)), List.of()));
        StringWriter out = new StringWriter();
        TraceEventReport.write(SampleReports.report(List.of(timed), List.of(), Sources.none()), out);
        JsonNode root = JSON.readTree(out.toString());
        assertTrue(root.at("/otherData/axis").asText().startsWith("real time"), out.toString());
        assertTrue(
                out.toString().indexOf("\"ph\":\"s\"") > out.toString().indexOf("\"ph\":\"f\""),
                "the arrow goes forward");
        List<String> seen = new ArrayList<>();
        for (JsonNode event : root.get("traceEvents")) {
            if (event.get("ph").asText().matches("[Xi]")) {
                seen.add(event.get("tid").asInt() + " " + event.get("name").asText() + " "
                        + event.get("ts").asDouble() + "+" + event.path("dur").asDouble());
            }
        }
        assertEquals(
                List.of(
                        "2 R1 write Account.balance 0.0+2500.0",
                        "3 R1 write Account.balance 1000.0+10.0",
                        "2 acquires Lock a.py:1 0.0+0.0",
                        "2 releases Lock a.py:1 2500.0+0.0",
                        "3 begins, started by one 1000.0+0.0"),
                seen);
    }

    private static Access side(Access.ThreadRef thread) {
        return new Access("write", 1, thread, List.of(), List.of(), List.of());
    }

    @Test
    void everyRendererTakesHostileNames() throws IOException {
        RunReport hostile = SampleReports.hostile(directory);
        StringWriter out = new StringWriter();
        TraceEventReport.write(hostile, out);
        JsonNode events = JSON.readTree(out.toString()).get("traceEvents");
        assertTrue(events.size() > 2 * hostile.analysis().races().size());
        for (Race race : hostile.analysis().races()) {
            String text = RaceText.of(race, hostile.sources());
            assertTrue(
                    text.chars().noneMatch(c -> c != '\n' && (Character.isISOControl(c) || c == 0x202e || c == 0x2028)),
                    text);
        }
    }

    @Test
    void traceEventsHaveATrackForEachThreadAndAnArrowForEachRace() throws IOException {
        StringWriter out = new StringWriter();
        TraceEventReport.write(bank, out);
        JsonNode events = JSON.readTree(out.toString()).get("traceEvents");
        List<String> threads = new ArrayList<>();
        int slices = 0;
        int starts = 0;
        int ends = 0;
        for (JsonNode event : events) {
            assertTrue(event.get("pid").isInt() && event.get("tid").isInt(), event.toString());
            switch (event.get("ph").asText()) {
                case "M" -> {
                    if (event.get("name").asText().equals("thread_name")) {
                        threads.add(event.at("/args/name").asText());
                    }
                }
                case "X" -> {
                    slices++;
                    assertTrue(event.get("dur").asInt() > 0 && event.get("ts").asLong() >= 0);
                }
                case "s" -> starts++;
                case "f" -> ends++;
                default -> throw new AssertionError(event);
            }
        }
        assertEquals(List.of("Thread-2 (teller)", "Thread-1 (teller)", "MainThread"), threads);
        assertEquals(10, slices);
        assertEquals(5, starts);
        assertEquals(5, ends);
    }
}
