package org.racewitness.collector.report;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.report.Race;
import org.racewitness.analyzer.report.RaceExplanation;

/** The files that the stacks of a report name. */
public final class ReportedFiles {
    private final Set<String> files = new TreeSet<>();

    private ReportedFiles() {}

    /** Sorted, each once. */
    public static Collection<String> of(AnalysisReport report) {
        ReportedFiles found = new ReportedFiles();
        report.races().forEach(found::race);
        return found.files;
    }

    private void race(Race race) {
        for (Access access : race.accesses()) {
            stack(access.stack());
            stack(access.startedAt());
        }
        stack(race.firstSeen());
        if (race.explanation() != null) {
            for (RaceExplanation.Side side : race.explanation().sides()) {
                sync(side.before());
                sync(side.after());
            }
            for (RaceExplanation.Edge edge : race.explanation().lastOrdered()) {
                sync(edge.release());
                sync(edge.acquire());
            }
        }
    }

    private void sync(RaceExplanation.Sync sync) {
        if (sync != null) {
            stack(sync.stack());
        }
    }

    private void stack(List<Frame> stack) {
        if (stack != null) {
            stack.forEach(frame -> files.add(frame.file()));
        }
    }
}
