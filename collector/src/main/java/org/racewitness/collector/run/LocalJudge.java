package org.racewitness.collector.run;

import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.racewitness.analyzer.AnalysisOptions;
import org.racewitness.analyzer.RunAnalysis;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.collector.ingest.RunSink;
import org.racewitness.collector.report.RunInfo;
import org.racewitness.collector.report.RunReport;

/** Judges in this process, while the program runs. */
public final class LocalJudge implements RunJudge {
    private final RunAnalysis analysis;
    private final AnalysisSink sink;

    public LocalJudge(AnalysisOptions options) {
        this.analysis = new RunAnalysis(options);
        this.sink = new AnalysisSink(analysis);
    }

    @Override
    public RunSink sink() {
        return sink;
    }

    @Override
    public LongSupplier racesSoFar() {
        return analysis::racesSoFar;
    }

    @Override
    public AnalysisReport report(RunInfo run, List<String> notes) {
        return analysis.report();
    }

    @Override
    public List<String> notes() {
        return sink.notes();
    }

    @Override
    public Map<String, Map<String, Long>> agentRules() {
        return analysis.agentRules();
    }

    @Override
    public long seen() {
        return analysis.seen();
    }

    @Override
    public String publish(RunReport report) {
        return null;
    }

    @Override
    public void close() {
        // holds nothing that has to be given back
    }
}
