package org.racewitness.collector.report;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.report.Level;
import org.racewitness.analyzer.report.Race;

/**
 * JUnit XML in the dialect that Jenkins, GitLab and GitHub actions read: a test case for each race, failed when the race fails the run, skipped when it is
 * suppressed. A run without races is one case that passed, for some readers take an empty file for an error.
 */
public final class JUnitReport {
    private static final String SUITE = "racewitness";

    private final RunReport report;
    private final SourcePlaces places;
    private final Predicate<Level> fails;
    private final XMLStreamWriter xml;

    private JUnitReport(RunReport report, Path root, Predicate<Level> fails, XMLStreamWriter xml) {
        this.report = report;
        this.places = new SourcePlaces(root, report.sources());
        this.fails = fails;
        this.xml = xml;
    }

    /**
     * Writes the report whole or not at all.
     *
     * @param root folder in which the command ran, absolute
     * @param fails which levels fail the run
     * @throws ReportException one line for the user; what the file held before is untouched
     */
    public static void write(RunReport report, Path root, Predicate<Level> fails, Path file) throws ReportException {
        ReportFile.write(file, "--junit FILE", out -> write(report, root, fails, out));
    }

    static void write(RunReport report, Path root, Predicate<Level> fails, Writer out) throws IOException {
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out);
            new JUnitReport(report, root, fails, xml).document();
            xml.flush();
        } catch (XMLStreamException e) {
            throw new IOException(e.getMessage(), e);
        }
        out.write('\n');
    }

    private boolean failed(Race race) {
        return race.suppressed() == null && fails.test(race.level());
    }

    private void document() throws XMLStreamException {
        List<Race> races = report.analysis().races();
        Map<String, Object> counts = Map.of(
                "tests", Math.max(1, races.size()),
                "failures", races.stream().filter(this::failed).count(),
                "errors", 0,
                "skipped",
                        races.stream().filter(race -> race.suppressed() != null).count());
        String time = String.format(Locale.ROOT, "%.3f", report.run().durationMs() / 1000.0);
        xml.writeStartDocument("UTF-8", "1.0");
        newLine(0);
        xml.writeStartElement("testsuites");
        counts(counts, time);
        newLine(1);
        xml.writeStartElement("testsuite");
        attribute("name", SUITE);
        counts(counts, time);
        if (report.run().startedAt() != null) {
            attribute("timestamp", report.run().startedAt().toString());
        }
        for (Race race : races) {
            testCase(race);
        }
        if (races.isEmpty()) {
            newLine(2);
            xml.writeEmptyElement("testcase");
            attribute("name", "no data race was found");
            attribute("classname", SUITE);
        }
        newLine(1);
        xml.writeEndElement();
        newLine(0);
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private void counts(Map<String, Object> counts, String time) throws XMLStreamException {
        for (String name : List.of("tests", "failures", "errors", "skipped")) {
            attribute(name, counts.get(name).toString());
        }
        attribute("time", time);
    }

    private void testCase(Race race) throws XMLStreamException {
        Frame frame = SourcePlaces.innermostInFile(race.accesses().get(0).stack());
        newLine(2);
        xml.writeStartElement("testcase");
        // numbers change from run to run, the fingerprint does not: readers tell cases apart by their names
        String fingerprint =
                race.fingerprint().substring(0, Math.min(8, race.fingerprint().length()));
        attribute("name", race.verdict().label() + " " + race.location().name() + " [" + fingerprint + "]");
        attribute("classname", SUITE + "." + race.verdict().label());
        if (frame != null) {
            attribute("file", places.path(frame));
            attribute("line", String.valueOf(frame.line()));
        }
        Explanation explanation = Explanation.of(race, report.sources());
        if (race.suppressed() != null) {
            newLine(3);
            xml.writeEmptyElement("skipped");
            attribute("message", "suppressed: " + race.suppressed());
        } else if (failed(race)) {
            newLine(3);
            xml.writeStartElement("failure");
            attribute("message", explanation.risk());
            attribute("type", race.verdict().label());
            xml.writeCharacters(clean(RaceText.of(race, report.sources())));
            xml.writeEndElement();
        }
        if (!failed(race)) {
            newLine(3);
            xml.writeStartElement("system-out");
            xml.writeCharacters(clean(RaceText.of(race, report.sources())));
            xml.writeEndElement();
        }
        newLine(2);
        xml.writeEndElement();
    }

    private void attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, clean(Text.visible(value)));
    }

    private void newLine(int depth) throws XMLStreamException {
        xml.writeCharacters("\n" + "  ".repeat(depth));
    }

    /** Text without what XML 1.0 cannot say at all, not even escaped. */
    private static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c == '\n' || (c >= 0x20 && c != 0xfffe && c != 0xffff && !isSurrogate(c)) ? c : '?')
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static boolean isSurrogate(int c) {
        return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    }
}
