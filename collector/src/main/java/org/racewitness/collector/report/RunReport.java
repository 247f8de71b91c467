package org.racewitness.collector.report;

import java.nio.file.Path;
import java.util.List;
import org.racewitness.analyzer.report.AnalysisReport;

/**
 * All that the renderers ({@link JsonReport}, {@link HtmlReport}, {@link Summary}) read: one run, its analysis, and
 * where source text comes from.
 *
 * @param toolVersion version of racewitness, {@code 0.1.0}
 * @param notes lines about the run as a whole (a Python that could not be observed, a collector that stopped early),
 *     each one sentence
 * @param sources where renderers find source text; shared by all of them so that a file is read once
 * @param page the HTML page that the summary names last, null when none is written
 * @param baseline whether known races were told from new ones
 */
public record RunReport(
        RunInfo run,
        AnalysisReport analysis,
        String toolVersion,
        List<String> notes,
        Sources sources,
        Path page,
        boolean baseline) {

    /** Without a baseline. */
    public RunReport(
            RunInfo run, AnalysisReport analysis, String toolVersion, List<String> notes, Sources sources, Path page) {
        this(run, analysis, toolVersion, notes, sources, page, false);
    }

    public RunReport {
        notes = List.copyOf(notes);
    }
}
