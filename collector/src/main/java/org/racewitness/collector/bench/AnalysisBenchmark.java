package org.racewitness.collector.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.racewitness.analyzer.AnalysisOptions;
import org.racewitness.analyzer.RunAnalysis;
import org.racewitness.analyzer.SessionAnalysis;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.report.ReportException;
import org.racewitness.collector.report.ReportFile;

/**
 * {@code racewitness bench analyze}: analyses generated traces from their frames on, as a collector hands them over. The clock stands still
 * while the trace is made. Used by one thread.
 */
public final class AnalysisBenchmark {
    private static final long WARM_UP_EVENTS = 4_000_000;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final String order;
    private final int workers;
    private final int jobs;
    private final long seed;

    /**
     * @param workers threads of the traces that work at any time, 1 to 10,000
     * @param jobs threads that judge accesses: 1 as in a live run, more as of a stored trace
     */
    public AnalysisBenchmark(String order, int workers, int jobs, long seed) {
        this.order = order;
        this.workers = workers;
        this.jobs = jobs;
        this.seed = seed;
    }

    /**
     * Analyses a trace of each shape, a short one of each first, so that the code is compiled.
     *
     * @param out takes the lines of the table as they are ready
     * @param json null: none
     */
    public void run(List<TraceShape> shapes, long events, Consumer<String> out, Path json) throws ProblemException {
        for (TraceShape shape : shapes) {
            run(shape, Math.min(events, WARM_UP_EVENTS));
        }
        AnalysisTable.head().forEach(out);
        List<AnalysisCost> all = new ArrayList<>();
        for (TraceShape shape : shapes) {
            AnalysisCost cost = run(shape, events);
            all.add(cost);
            AnalysisTable.rows(cost).forEach(out);
        }
        if (json != null) {
            try {
                ReportFile.write(json, "--json FILE", file -> AnalysisTable.writeJson(all, file));
            } catch (ReportException e) {
                throw ProblemException.usage(Slug.REPORT_UNWRITABLE, e.getMessage());
            }
        }
    }

    /**
     * Analyses one trace of at least that many events.
     *
     * @throws ProblemException when the analyzer reports a race, lost or misunderstood something: then the figures mean nothing
     */
    AnalysisCost run(TraceShape shape, long events) throws ProblemException {
        TraceGenerator trace = new TraceGenerator(shape, workers, seed);
        RunAnalysis analysis =
                new RunAnalysis(AnalysisOptions.defaults().withOrder(order).withCores(jobs));
        SessionAnalysis session = analysis.openStored(1);
        long wallNanos = 0;
        long cpuNanos = -process.getProcessCpuTime();
        session.frame(trace.hello());
        while (trace.events() < events) {
            long before = threads.getCurrentThreadCpuTime();
            Iterable<ByteBuffer> batch = trace.next();
            cpuNanos -= threads.getCurrentThreadCpuTime() - before;
            long start = System.nanoTime();
            batch.forEach(session::frame);
            wallNanos += System.nanoTime() - start;
        }
        long start = System.nanoTime();
        session.frame(trace.end());
        session.finish("exit", null);
        AnalysisReport report = analysis.report();
        wallNanos += System.nanoTime() - start;
        cpuNanos += process.getProcessCpuTime();
        check(shape, session, report);
        return new AnalysisCost(
                shape,
                trace.events(),
                wallNanos,
                cpuNanos,
                report.locations(),
                session.stateBytes(),
                session.rules(),
                report.races().size());
    }

    private static void check(TraceShape shape, SessionAnalysis session, AnalysisReport report)
            throws ProblemException {
        boolean whole =
                session.counters().malformed() == 0 && session.counters().dropped() == 0 && report.lost() == 0;
        if (!whole || !report.races().isEmpty()) {
            throw ProblemException.failure(
                    Slug.WORKLOAD_FAILED,
                    "the trace " + shape.label() + " has " + report.races().size()
                            + " races in the report and should have none; " + session.counters());
        }
    }
}
