package org.racewitness.analyzer.flow;

import java.util.ArrayDeque;
import java.util.BitSet;

/**
 * Forward data flow over one function: where the values that some instructions produce get to. A worklist over instructions, joined where ways
 * meet; exception handlers are ways too. Results are read after construction.
 */
final class ValueFlow {
    private final Bytecode code;
    private final ExceptionTable exceptions;
    private final BitSet sources;
    private final Step step;
    private final ValueState[] states;
    private final ArrayDeque<Integer> waiting = new ArrayDeque<>();

    /** Instructions that wait already. */
    private final BitSet queued = new BitSet();

    /** Instructions that pass a derived value on, see {@link Step#passes}. */
    final BitSet passing = new BitSet();

    /** Conditional jumps that decide on a derived value. */
    final BitSet deciding = new BitSet();

    /**
     * Follows the results of the {@code sources}.
     *
     * @param throughLocals whether also from one statement to the next, by way of local variables
     */
    ValueFlow(Bytecode code, ExceptionTable exceptions, BitSet sources, boolean throughLocals) {
        this.code = code;
        this.exceptions = exceptions;
        this.sources = sources;
        this.step = new Step(throughLocals);
        this.states = new ValueState[code.count()];
        run();
    }

    private void run() {
        arrive(0, new ValueState());
        while (!waiting.isEmpty()) {
            int at = waiting.poll();
            queued.clear(at);
            visit(at);
        }
    }

    private void visit(int at) {
        int opcode = code.opcode(at);
        int arg = code.arg(at);
        ValueState before = states[at];
        if (Step.passes(before, opcode, arg)) {
            passing.set(at);
        }
        if (Opcode.isConditionalJump(opcode) && before.peek(0)) {
            deciding.set(at);
        }
        int handler = exceptions.handler(at);
        if (handler >= 0) {
            ValueState raised = new ValueState(before);
            raised.truncate(exceptions.depth(at));
            for (int i = 0; i < exceptions.pushed(at); i++) {
                raised.push(false);
            }
            arrive(handler, raised);
        }
        ValueState after = new ValueState(before);
        step.apply(after, opcode, arg, sources.get(at));
        if (!Opcode.ends(opcode) && !Opcode.isUnconditionalJump(opcode)) {
            arrive(code.next(at), after);
        }
        arrive(code.target(at), after);
    }

    private void arrive(int at, ValueState state) {
        if (at == Bytecode.NOWHERE || at >= states.length) {
            return;
        }
        boolean news = states[at] == null;
        if (news) {
            states[at] = new ValueState(state);
        } else {
            news = states[at].join(state);
        }
        if (news && !queued.get(at)) {
            queued.set(at);
            waiting.add(at);
        }
    }
}
