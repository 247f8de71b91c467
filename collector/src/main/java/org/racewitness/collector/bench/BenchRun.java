package org.racewitness.collector.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.racewitness.collector.ProblemException;

/** Runs workloads in every mode, the modes in turn, so that what disturbs the machine for a while disturbs all of them alike. */
final class BenchRun {
    private final WorkloadRunner runner;
    private final int rounds;
    private final Consumer<String> out;
    private final Function<List<Figures>, List<String>> foot;

    /**
     * @param rounds runs of each workload in each mode, at least one
     * @param out takes the lines of the table as they are ready
     * @param foot what is said below all rows
     */
    BenchRun(WorkloadRunner runner, int rounds, Consumer<String> out, Function<List<Figures>, List<String>> foot) {
        this.runner = runner;
        this.rounds = rounds;
        this.out = out;
        this.foot = foot;
    }

    /**
     * All figures of the workloads that ran as they should.
     *
     * @param problems gets those of the others
     */
    List<Figures> run(List<Workload> workloads, List<ProblemException> problems)
            throws IOException, InterruptedException {
        List<Figures> all = new ArrayList<>();
        BenchTable.head().forEach(out);
        for (Workload workload : workloads) {
            try {
                Figures figures = measure(workload);
                all.add(figures);
                out.accept(BenchTable.row(figures));
            } catch (ProblemException e) {
                problems.add(e);
            }
        }
        if (!all.isEmpty()) {
            foot.apply(all).forEach(out);
            BenchTable.legend().forEach(out);
        }
        return all;
    }

    private Figures measure(Workload workload) throws ProblemException, IOException, InterruptedException {
        Map<Mode, List<Sample>> samples = new EnumMap<>(Mode.class);
        Arrays.stream(Mode.values()).forEach(mode -> samples.put(mode, new ArrayList<>()));
        for (int round = 0; round < rounds; round++) {
            for (Mode mode : Mode.values()) {
                samples.get(mode).add(runner.run(workload, mode));
            }
        }
        return new Figures(workload.name(), samples);
    }
}
