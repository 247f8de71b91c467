package org.racewitness.analyzer;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.racewitness.analyzer.engine.Engine;
import org.racewitness.analyzer.engine.Engines;
import org.racewitness.analyzer.engine.StateBudget;
import org.racewitness.analyzer.engine.Workers;
import org.racewitness.analyzer.report.ProcessReport;
import org.racewitness.analyzer.trace.std.StdModel;
import org.racewitness.analyzer.trace.std.StdReading;

/** The analysis of one trace in RAPID's text. Owned by the thread that runs it, and after that by the one that reports. */
final class StdAnalysis {
    private final StdModel model = new StdModel();
    private final ProblemList problems = new ProblemList();
    private final Engine engine;
    private final String name;
    private final StdReading reading;
    private long analysisNanos;

    private final StateBudget budget;

    StdAnalysis(RunAnalysis run, String name) {
        this.budget = run.budget();
        this.name = name;
        engine = Engines.create(
                run.options().order(), model, run.collector().forSession(model, 0), run.budget(), Workers.NONE);
        reading = new StdReading(model, (line, fault) -> problems.add(name + ", line " + line + ": " + fault));
    }

    TraceReadResult run(InputStream in) throws IOException {
        long start = System.nanoTime();
        try {
            reading.run(in, engine);
        } finally {
            engine.finish();
            analysisNanos += System.nanoTime() - start;
        }
        return new TraceReadResult(name, reading.reader().bytes(), lines(), 1, problems.lines());
    }

    ProcessReport report() {
        List<String> notes = new ArrayList<>();
        notes.add("read from " + name + ", RAPID's STD text");
        if (engine.forgottenLocations() > 0) {
            notes.add(SessionAnalysis.forgotten(engine, budget));
        }
        notes.addAll(problems.lines());
        return new ProcessReport(
                0,
                "?",
                true,
                false,
                model.threadCount(),
                lines(),
                reading.reader().analysed(),
                0,
                reading.reader().malformed(),
                0,
                0,
                "exit",
                List.copyOf(notes));
    }

    long locations() {
        return engine.locations();
    }

    long analysisNanos() {
        return analysisNanos;
    }

    private long lines() {
        return reading.reader().analysed() + reading.reader().malformed();
    }
}
