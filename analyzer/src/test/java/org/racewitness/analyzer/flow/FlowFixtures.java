package org.racewitness.analyzer.flow;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.racewitness.analyzer.trace.CodeObject;

/** Reads what {@code src/test/python/make_flow_fixtures.py} wrote. */
public final class FlowFixtures {
    /** One expectation of {@code flow_cases.py}. */
    public record Case(String function, String relation, int readOffset, int writeOffset, CodeObject code) {
        @Override
        public String toString() {
            return function + " " + relation;
        }
    }

    /** Instruction set of the interpreter: net stack effects for the operands 1 to 3. */
    record Instruction(int number, String name, int caches, int[] effects) {
        @Override
        public String toString() {
            return name;
        }
    }

    private FlowFixtures() {}

    public static List<Case> cases() {
        return lines("cases.txt").stream()
                .map(line -> line.split("\t", -1))
                .map(columns -> new Case(
                        columns[0],
                        columns[1],
                        Integer.parseInt(columns[2]),
                        Integer.parseInt(columns[3]),
                        code(columns)))
                .toList();
    }

    static List<Instruction> instructions() {
        return lines("opcodes.txt").stream()
                .map(line -> line.split("\t", -1))
                .map(columns -> new Instruction(
                        Integer.parseInt(columns[0]), columns[1], Integer.parseInt(columns[2]), new int[] {
                            Integer.parseInt(columns[3]), Integer.parseInt(columns[4]), Integer.parseInt(columns[5])
                        }))
                .toList();
    }

    private static CodeObject code(String[] columns) {
        HexFormat hex = HexFormat.of();
        return new CodeObject(
                1,
                "flow_cases.py",
                columns[0],
                Integer.parseInt(columns[7]),
                true,
                false,
                hex.parseHex(columns[4]),
                hex.parseHex(columns[6]),
                columns[5].equals("-") ? new byte[0] : hex.parseHex(columns[5]),
                Integer.parseInt(columns[8]));
    }

    private static List<String> lines(String resource) {
        try (InputStream in = FlowFixtures.class.getResourceAsStream(resource);
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(resource, unreadable);
        }
    }
}
