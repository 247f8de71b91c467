package org.racewitness.analyzer.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.racewitness.analyzer.trace.CodeObject;

class CodeFlowTest {
    static Stream<FlowFixtures.Case> cases() {
        return FlowFixtures.cases().stream();
    }

    static Stream<FlowFixtures.Instruction> instructions() {
        return FlowFixtures.instructions().stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void relatesReadToWrite(FlowFixtures.Case expected) {
        CodeFlow flow = new CodeFlow(expected.code());
        String relation = flow.feeds(expected.readOffset(), expected.writeOffset())
                ? "feeds"
                : flow.tests(expected.readOffset(), expected.writeOffset())
                        ? "tests"
                        : flow.decidesRaise(expected.readOffset()) ? "raises" : "none";
        assertEquals(expected.relation(), relation);
    }

    @ParameterizedTest
    @MethodSource("instructions")
    void knowsTheInstructionAsTheInterpreterDoes(FlowFixtures.Instruction expected) {
        assertTrue(Opcode.isKnown(expected.number()));
        assertEquals(expected.caches(), Opcode.caches(expected.number()), "cache");
        int[] effects = new int[3];
        for (int arg = 1; arg <= 3; arg++) {
            effects[arg - 1] = Opcode.pushed(expected.number(), arg) - Opcode.popped(expected.number(), arg);
        }
        assertEquals(Arrays.toString(expected.effects()), Arrays.toString(effects), "net effect for 1, 2, 3");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyOtherPairOfTheFunctionHasSomeAnswer(FlowFixtures.Case any) {
        CodeFlow flow = new CodeFlow(any.code());
        int length = any.code().bytecode().length;
        for (int read = -2; read <= length + 2; read += 2) {
            for (int write = 0; write <= length; write += 6) {
                boolean related = flow.feeds(read, write) || flow.tests(read, write);
                assertFalse(related && (read < 0 || read >= length), "outside of the code");
            }
        }
    }

    @Test
    void corruptCodeIsAnsweredNotThrownAt() {
        long seed = System.nanoTime();
        System.out.println("CodeFlowTest seed " + seed);
        Random random = new Random(seed);
        List<FlowFixtures.Case> cases = FlowFixtures.cases();
        for (int i = 0; i < 400; i++) {
            CodeObject whole = cases.get(random.nextInt(cases.size())).code();
            byte[] code = whole.bytecode().clone();
            byte[] table = whole.exceptionTable().clone();
            for (int flips = random.nextInt(8); flips >= 0; flips--) {
                code[random.nextInt(code.length)] = (byte) random.nextInt(256);
                if (table.length > 0) {
                    table[random.nextInt(table.length)] = (byte) random.nextInt(256);
                }
            }
            byte[] cut = Arrays.copyOf(code, random.nextInt(code.length + 1));
            CodeFlow flow = new CodeFlow(
                    new CodeObject(1, "f.py", "f", 1, true, false, cut, whole.lineTable(), table, whole.locals()));
            for (int offset = 0; offset < cut.length; offset += 2) {
                flow.feeds(offset, cut.length - offset);
                flow.tests(offset, cut.length - offset);
                flow.hasConstantKey(offset);
            }
        }
    }

    @Test
    void aFunctionOfTwentyThousandInstructionsTakesNoTime() {
        // x.n = x.n + 1, over and over, in one basic block with a condition now and then
        byte[] statement = FlowFixtures.cases().stream()
                .filter(each -> each.function().equals("endless_loop"))
                .findFirst()
                .orElseThrow()
                .code()
                .bytecode();
        byte[] code = new byte[statement.length * 1200];
        for (int i = 0; i < code.length; i++) {
            code[i] = statement[i % statement.length];
        }
        CodeFlow flow = new CodeFlow(new CodeObject(1, "f.py", "f", 1, true, false, code, new byte[0], new byte[0], 1));
        assertTrue(new Bytecode(code).count() > 10_000);
        assertFalse(flow.tests(4, code.length - 20));
    }

    @Test
    void codeThatWasNotSentRelatesNothing() {
        byte[] none = {};
        CodeFlow flow = new CodeFlow(new CodeObject(1, "f.py", "f", 1, true, false, none, none, none, 0));
        assertFalse(flow.feeds(0, 2));
        assertFalse(flow.tests(0, 2));
        assertFalse(flow.hasConstantKey(0));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tellsConstantKeys(FlowFixtures.Case any) {
        CodeFlow flow = new CodeFlow(any.code());
        switch (any.function()) {
            case "get_plus_one", "split_increment", "truth_of_get" -> {
                assertTrue(flow.hasConstantKey(any.writeOffset()));
            }
            case "augmented_item", "missing_key" -> {
                assertFalse(flow.hasConstantKey(any.readOffset()));
                assertFalse(flow.hasConstantKey(any.writeOffset()));
            }
            default -> {
                // no subscript worth asking about
            }
        }
    }
}
