package org.racewitness.collector.run;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.ingest.RunSink;
import org.racewitness.collector.report.RunInfo;
import org.racewitness.collector.report.RunReport;

/** Where the sessions of a run are judged: in this process, or by a service elsewhere. Used by one thread, but for the sink. */
public interface RunJudge extends AutoCloseable {

    /** Takes the run's sessions. */
    RunSink sink();

    /** Pairs of lines that raced so far, for any thread; null where that is not known here. */
    LongSupplier racesSoFar();

    /**
     * Everything found, once every session is finished.
     *
     * @param notes sentences about the run
     */
    AnalysisReport report(RunInfo run, List<String> notes) throws ProblemException, IOException, InterruptedException;

    /** Sentences about single processes; after {@link #report}. */
    List<String> notes();

    /** How often each rule of the agents' filters answered, by operation; empty where that is not known here or was not counted. */
    Map<String, Map<String, Long>> agentRules();

    /** Instruction events that agents counted, where that is all they were there for. */
    long seen();

    /**
     * Takes the report as this machine sees it, with what was accepted here marked.
     *
     * @return where it can be looked at, null where nobody else keeps it
     */
    String publish(RunReport report) throws IOException, InterruptedException;

    @Override
    void close();
}
