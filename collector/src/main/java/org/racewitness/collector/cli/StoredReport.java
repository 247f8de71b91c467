package org.racewitness.collector.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.report.JsonReport;
import org.racewitness.collector.report.JsonReportReader;
import org.racewitness.collector.report.ReportException;
import picocli.CommandLine.Option;

/** The option that names the report of an earlier run. */
final class StoredReport {
    @Option(
            names = "--report",
            paramLabel = "FILE",
            defaultValue = "racewitness-report/" + JsonReport.FILE,
            description = "JSON report to read (default: ${DEFAULT-VALUE}, that of the last run here).")
    Path file;

    JsonReportReader.Stored read() throws ProblemException {
        if (!Files.exists(file)) {
            throw ProblemException.usage(
                    Slug.NO_REPORT,
                    "there is no report " + file + "; run a program first, or name one with --report FILE");
        }
        try {
            return JsonReportReader.read(file);
        } catch (ReportException e) {
            throw ProblemException.usage(Slug.NO_REPORT, e.getMessage() + "; name another with --report FILE");
        } catch (IOException e) {
            throw ProblemException.usage(
                    Slug.NO_REPORT, "cannot read " + file + ": " + Reasons.of(e) + "; name another with --report FILE");
        }
    }
}
