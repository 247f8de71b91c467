package org.racewitness.analyzer.engine;

import java.util.List;
import org.racewitness.analyzer.engine.hb.HbEngine;
import org.racewitness.analyzer.engine.reference.ReferenceEngine;
import org.racewitness.analyzer.engine.shb.ShbEngine;
import org.racewitness.analyzer.trace.SessionModel;

/** The engines by the name of the order that they stand for, as {@code --order} takes it. */
public final class Engines {
    public static final String SHB = "shb";
    public static final String HB = "hb";
    public static final String REFERENCE = "reference";
    public static final String REFERENCE_HB = "reference-hb";

    /** All names, the default first. The two references are brute force: quadratic in time and memory, meant for tests. */
    public static final List<String> ORDERS = List.of(SHB, HB, REFERENCE, REFERENCE_HB);

    private Engines() {}

    /** An engine for one process that may use its part of the heap alone. */
    public static Engine create(String order, SessionModel model, RaceSink sink) {
        return create(order, model, sink, new StateBudget(StateBudget.defaultBytes()), Workers.NONE);
    }

    /**
     * An engine for one process.
     *
     * @param order one of {@link #ORDERS}
     * @param model resolves the stack numbers of the events; only its stacks are asked for while events come
     * @param budget what its tables may take, shared with other engines
     * @param workers which the references do without
     * @throws IllegalArgumentException for any other order, with a message for the user
     */
    public static Engine create(String order, SessionModel model, RaceSink sink, StateBudget budget, Workers workers) {
        return switch (order) {
            case SHB -> new ShbEngine(model, sink, budget, workers);
            case HB -> new HbEngine(model, sink, budget, workers);
            case REFERENCE -> new ReferenceEngine(sink, true);
            case REFERENCE_HB -> new ReferenceEngine(sink, false);
            default ->
                throw new IllegalArgumentException(
                        "unknown order '" + order + "': one of " + String.join(", ", ORDERS) + " is expected");
        };
    }
}
