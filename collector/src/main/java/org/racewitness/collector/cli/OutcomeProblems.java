package org.racewitness.collector.cli;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.racewitness.collector.Problem;
import org.racewitness.collector.Slug;
import org.racewitness.collector.remote.CollectorLostException;
import org.racewitness.collector.run.Console;
import org.racewitness.collector.run.RunOutcome;

/** Says what went wrong with observing a command that has ended. */
final class OutcomeProblems {
    private OutcomeProblems() {}

    /** False when the tool could not do its work; why has then been said. */
    static boolean tell(RunOutcome outcome, Console console) {
        outcome.unsupported().forEach(console::say);
        Set<Problem> failures = new LinkedHashSet<>();
        outcome.failures().forEach(failure -> failures.add(problem(failure)));
        failures.forEach(console::say);
        if (outcome.sessions() == 0) {
            console.say(new Problem(
                    Slug.NOTHING_OBSERVED,
                    outcome.unsupported().isEmpty()
                            ? "nothing was observed: the command ran no Python, or one started with -I, -S or -E; "
                                    + "put the Python command itself behind --"
                            : "nothing was observed: no Python that ran can be; see above"));
        }
        return failures.isEmpty() && outcome.sessions() > 0;
    }

    /** The service that was to judge is gone. */
    static Problem lost(CollectorLostException e) {
        return new Problem(
                Slug.COLLECTOR_LOST,
                e.getMessage() + "; the command was not disturbed: run again when the collector is back");
    }

    private static Problem problem(Throwable failure) {
        if (Main.DEBUG) {
            failure.printStackTrace();
        }
        if (failure instanceof CollectorLostException e) {
            return lost(e);
        }
        if (failure instanceof IOException e) {
            return new Problem(
                    Slug.TRACE_UNWRITABLE,
                    "part of the trace could not be kept: " + Reasons.of(e)
                            + "; what had been written before is whole: make room and run again");
        }
        if (failure instanceof OutOfMemoryError) {
            return new Problem(
                    Slug.OUT_OF_MEMORY,
                    "the analysis ran out of memory: part of the run was not analysed; "
                            + "give it more with RACEWITNESS_JAVA_OPTIONS=-Xmx8g, or observe less with --exclude");
        }
        return Main.internalError(failure);
    }
}
