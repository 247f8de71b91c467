package org.racewitness.collector.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.racewitness.analyzer.report.Frame;

/** The page's text; what a browser makes of it is the business of the browser tests (profile {@code browser}). */
class HtmlReportTest {
    private static final Pattern SCRIPT = Pattern.compile("<script[^>]*>(.*?)</script>", Pattern.DOTALL);
    private static final Pattern STYLE = Pattern.compile("<style>(.*?)</style>", Pattern.DOTALL);

    @TempDir
    Path directory;

    @Test
    void saysWhatRanAndWhatWasFound() throws IOException {
        String page = page(SampleReports.bank(directory));
        assertTrue(
                page.contains(
                        "<h1 data-level=\"error\">5 data races found (3 errors, 1 warning and 1 note) in 123,456 events of 3 threads.</h1>"));
        assertTrue(page.contains("python3.13t bank.py --rounds &#39;a b&#39;"), "command");
        assertTrue(
                page.contains("123,456 records received = 123,456 analysed + 0 dropped + 0 malformed"), "accounting");
        assertTrue(page.contains("3.13.5 free-threaded, GIL off"), "GIL");
        assertTrue(
                page.contains(
                        "<span class=\"label code\">bank.py</span> <span class=\"n\">3 errors, 1 warning and 1 note</span>"),
                "races by file");
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        String page = page(SampleReports.damaged(directory));
        assertTrue(page.contains("17 records did not arrive: races among them cannot have been seen."));
        assertTrue(page.contains("The GIL was on in process 4712"));
        assertTrue(page.contains("killed by signal 9 (SIGKILL); 120 records recovered from its buffer file"));
        assertTrue(
                page.contains("<details class=\"accounting\" open>"),
                "the accounting is in sight when something is missing");
    }

    @Test
    void runWithoutRacesHasNoList() throws IOException {
        String page = page(SampleReports.empty());
        assertTrue(page.contains("No data race found in 123,456 events of 9 threads."));
        assertFalse(page.contains("id=\"list\""));
    }

    @Test
    void hostileTextStaysText() throws IOException {
        String page = page(SampleReports.hostile(directory));
        assertEquals(2, count(page, "<script"), "the data and the script, and no other");
        assertEquals(2, count(page, "</script"));
        assertEquals(0, count(page, "<img"));
        assertEquals(0, count(page, "<svg onload"));
        assertEquals(0, count(page, "<!--"));
        assertEquals(
                0,
                page.chars()
                        .filter(c -> c == 0x2028 || c == 0x2029 || c == 0x202e || c == 0x1b || c == 0)
                        .count());
        assertTrue(page.contains("${1+1}&lt;#list&gt;"), "shown, not run as a template");
        JsonNode data = data(page);
        for (int i = 0; i < SampleReports.HOSTILE.size(); i++) {
            assertEquals(
                    SampleReports.HOSTILE.get(i),
                    data.at("/races/" + i + "/name").asText());
        }
    }

    @Test
    void policyAllowsTheseTwoAndNothingElse() throws Exception {
        String page = page(SampleReports.bank(directory));
        List<String> scripts = all(SCRIPT, page);
        assertTrue(page.contains(
                "default-src 'none'; style-src '" + hash(all(STYLE, page).get(0)) + "'; script-src '"
                        + hash(scripts.get(scripts.size() - 1)) + "'; base-uri 'none'; form-action 'none'"));
        assertFalse(Pattern.compile("(src|href)=\"(?!#)").matcher(page).find(), "the page asks for nothing");
        assertFalse(page.contains("innerHTML"), "data never becomes markup");
    }

    @Test
    void sharedStacksAndFramesAreWrittenOnce() throws IOException {
        JsonNode data = data(page(SampleReports.bank(directory)));
        List<String> distinct = new ArrayList<>();
        data.get("frames").forEach(frame -> distinct.add(frame.toString()));
        assertEquals(distinct.stream().distinct().count(), distinct.size());
        JsonNode race = data.at("/races/0");
        assertEquals(
                data.at("/stacks/" + race.at("/sides/0/stack").asInt() + "/1"),
                data.at("/stacks/" + race.at("/sides/1/stack").asInt() + "/1"),
                "two stacks with the same callers share them");
    }

    @Test
    void marksTheExpressionInCharacters() throws IOException {
        Files.writeString(directory.resolve("bank.py"), "\u00e4\ud83d\udc0d = x.n\n");
        StackTable stacks = new StackTable(Sources.in(directory));
        // bytes of UTF-8: 2 + 4 + 3 before x.n
        stacks.add(List.of(new Frame("bank.py", 1, 1, 9, 12, "f", true)), true);
        StringWriter out = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            stacks.write(json);
            json.writeEndObject();
        }
        JsonNode data = new ObjectMapper().readTree(out.toString());
        String line = data.at("/files/0/2/1/0").asText();
        assertEquals(
                "x.n",
                line.substring(
                        data.at("/frames/0/3").asInt(), data.at("/frames/0/4").asInt()));
    }

    private String page(RunReport report) throws IOException {
        return Files.readString(HtmlReport.write(report, directory.resolve("report")));
    }

    private static JsonNode data(String page) throws IOException {
        return new ObjectMapper().readTree(all(SCRIPT, page).get(0));
    }

    private static List<String> all(Pattern pattern, String page) {
        List<String> found = new ArrayList<>();
        Matcher matcher = pattern.matcher(page);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    private static String hash(String text) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return "sha256-" + Base64.getEncoder().encodeToString(digest);
    }
}
