package org.racewitness.analyzer.flow;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.racewitness.analyzer.trace.CodeObject;
import org.racewitness.analyzer.trace.LineTable;
import org.racewitness.analyzer.trace.SourceRange;

/**
 * What one access has to do with another in the same function, read off its bytecode (CPython 3.13). Offsets are in bytes, as in stacks. Nothing
 * is related in code that was not sent, and corrupt code gives some answer, never an error. Belongs to one thread; answers are kept.
 */
public final class CodeFlow {
    /** Longer functions are not looked into: the tables are quadratic in the worst case. */
    static final int MAX_INSTRUCTIONS = 200_000;

    private final CodeObject object;
    private final Bytecode code;
    private final ExceptionTable exceptions;
    private final Map<Integer, ValueFlow> withinExpression = new HashMap<>();
    private final Map<Integer, ValueFlow> throughLocals = new HashMap<>();
    private final Map<Integer, BitSet> controlled = new HashMap<>();
    private final Map<Integer, BitSet> copies = new HashMap<>();

    /** Null until asked for. */
    private ControlFlow controlFlow;

    public CodeFlow(CodeObject object) {
        this.object = object;
        Bytecode decoded = new Bytecode(object.bytecode());
        code = decoded.count() > MAX_INSTRUCTIONS ? new Bytecode(new byte[0]) : decoded;
        exceptions = new ExceptionTable(object.exceptionTable(), code);
    }

    /**
     * Whether what the instruction at one offset loads or returns is part of what the instruction at the other stores or passes, within one
     * statement or expression: by way of the evaluation stack, not of variables. A value that is chosen by a condition on what was loaded counts
     * as made of it.
     */
    public boolean feeds(int readOffset, int writeOffset) {
        int read = code.at(readOffset);
        int write = code.at(writeOffset);
        if (read < 0 || write < 0 || read == write) {
            return false;
        }
        ValueFlow flow = withinExpression.computeIfAbsent(read, from -> follow(bit(from), false));
        return flow.passing.get(write) || choosesFor(write, flow.deciding);
    }

    /** {@code x.n = a if x.n else b}: the conditions do not decide whether, but what is written. */
    private boolean choosesFor(int write, BitSet conditions) {
        BitSet chosen = new BitSet();
        for (int branch = conditions.nextSetBit(0); branch >= 0; branch = conditions.nextSetBit(branch + 1)) {
            if (!decides(branch, write)) {
                chosen.or(controlledBy(branch));
            }
        }
        return !chosen.isEmpty() && follow(chosen, false).passing.get(write);
    }

    /**
     * Whether the outcome of the read at one offset decides whether the write at the other happens: a condition that derives from it, also by way
     * of local variables, controls the write; or the write stands in the handler of what the read raised.
     */
    public boolean tests(int readOffset, int writeOffset) {
        int read = code.at(readOffset);
        int write = code.at(writeOffset);
        if (read < 0 || write < 0 || read == write) {
            return false;
        }
        BitSet conditions = conditionsOn(read);
        for (int branch = conditions.nextSetBit(0); branch >= 0; branch = conditions.nextSetBit(branch + 1)) {
            if (decides(branch, write) || leavesLoopTo(branch, write)) {
                return true;
            }
        }
        return handles(read, write);
    }

    /** Conditional jumps on what was read, also by way of local variables. */
    private BitSet conditionsOn(int read) {
        return throughLocals.computeIfAbsent(read, from -> follow(bit(from), true)).deciding;
    }

    /** Whether a condition on what the instruction at that offset reads decides if the function raises an exception of its own. */
    public boolean decidesRaise(int readOffset) {
        int read = code.at(readOffset);
        if (read < 0) {
            return false;
        }
        BitSet conditions = conditionsOn(read);
        for (int branch = conditions.nextSetBit(0); branch >= 0; branch = conditions.nextSetBit(branch + 1)) {
            BitSet decided = controlledBy(branch);
            for (int at = decided.nextSetBit(0); at >= 0; at = decided.nextSetBit(at + 1)) {
                if (code.opcode(at) == Opcode.RAISE_VARARGS) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether the instruction at one offset can still come after the one at the other has gone well. */
    public boolean comesAfter(int firstOffset, int laterOffset) {
        int first = code.at(firstOffset);
        int later = code.at(laterOffset);
        return first >= 0
                && later >= 0
                && flow().reachable(code.next(first), first).get(later);
    }

    /**
     * {@code while x.busy: pass; x.busy = True}: a loop that ends only when the condition says so, and then always comes to the write. CPython
     * tests the condition of a loop at two places, before it and at its end.
     */
    private boolean leavesLoopTo(int branch, int write) {
        for (int out : flow().successors(branch)) {
            if (!flow().postDominates(write, out) || !flow().branches(branch)) {
                continue;
            }
            for (int in : flow().successors(branch)) {
                if (in != out && !flow().reachable(in, out).get(write) && loopsUntil(branch, in, out)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether from {@code in} on, control goes round until a conditional jump leads to {@code out}. */
    private boolean loopsUntil(int branch, int in, int out) {
        BitSet body = flow().reachable(in, out);
        for (int at = body.nextSetBit(0); at >= 0; at = body.nextSetBit(at + 1)) {
            boolean leaves = Opcode.isConditionalJump(code.opcode(at)) && follows(at, out);
            if (leaves && isInCycle(at, out) && (at == branch || !body.get(branch))) {
                return true;
            }
        }
        return false;
    }

    private boolean follows(int branch, int next) {
        for (int successor : flow().successors(branch)) {
            if (successor == next) {
                return true;
            }
        }
        return false;
    }

    private boolean isInCycle(int branch, int without) {
        for (int successor : flow().successors(branch)) {
            if (successor != without && flow().reachable(successor, without).get(branch)) {
                return true;
            }
        }
        return false;
    }

    /** {@code try: d[k] ... except KeyError: d[k] = v}. */
    private boolean handles(int read, int write) {
        int handler = exceptions.handler(read);
        return handler >= 0
                && flow().reachable(handler, read).get(write)
                && !flow().reachable(code.next(read), read).get(write);
    }

    /** Whether the key of the subscript, membership test or call at that offset is a constant. */
    public boolean hasConstantKey(int offset) {
        int access = code.at(offset);
        if (access < 0) {
            return false;
        }
        int operand = switch (code.opcode(access)) {
            case Opcode.BINARY_SUBSCR, Opcode.STORE_SUBSCR, Opcode.DELETE_SUBSCR -> 0;
            case Opcode.CONTAINS_OP -> 1;
            case Opcode.CALL -> code.arg(access) - 1;
            default -> -1;
        };
        return operand >= 0 && operandIsConstant(access, operand);
    }

    /** Looks back over loads: a constant key stands where no jump and no call come between it and its use. */
    private boolean operandIsConstant(int access, int below) {
        int missing = below;
        for (int at = access - 1; at >= 0; at--) {
            int opcode = code.opcode(at);
            boolean plain = opcode == Opcode.LOAD_CONST || opcode == Opcode.LOAD_FAST || opcode == Opcode.LOAD_GLOBAL;
            if (missing == 0) {
                return opcode == Opcode.LOAD_CONST;
            }
            if (!plain) {
                return false;
            }
            missing--;
        }
        return false;
    }

    private ValueFlow follow(BitSet sources, boolean locals) {
        return new ValueFlow(code, exceptions, sources, locals);
    }

    /**
     * Whether the outcome of a branch decides if a write happens. The compiler may put one statement at the end of each arm; then it happens in any
     * case, and the branch only decides on the way there.
     */
    private boolean decides(int branch, int write) {
        if (!controlledBy(branch).get(write)) {
            return false;
        }
        BitSet places = copies.computeIfAbsent(write, this::findCopies);
        return places.cardinality() == 1 || flow().avoids(branch, places);
    }

    /** The instructions that were compiled from the very same place of the source, this one included. */
    private BitSet findCopies(int instruction) {
        BitSet found = bit(instruction);
        SourceRange place = LineTable.find(object, code.offset(instruction));
        if (place.line() <= 0 || place.column() < 0) {
            return found;
        }
        for (int i = 0; i < code.count(); i++) {
            boolean alike = code.opcode(i) == code.opcode(instruction) && code.arg(i) == code.arg(instruction);
            if (alike && LineTable.find(object, code.offset(i)).equals(place)) {
                found.set(i);
            }
        }
        return found;
    }

    private BitSet controlledBy(int branch) {
        return controlled.computeIfAbsent(branch, flow()::controlledBy);
    }

    private ControlFlow flow() {
        if (controlFlow == null) {
            controlFlow = new ControlFlow(code);
        }
        return controlFlow;
    }

    private static BitSet bit(int index) {
        BitSet bits = new BitSet();
        bits.set(index);
        return bits;
    }
}
