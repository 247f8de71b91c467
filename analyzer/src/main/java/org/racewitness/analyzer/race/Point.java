package org.racewitness.analyzer.race;

import java.util.Comparator;
import org.racewitness.analyzer.trace.CodeObject;
import org.racewitness.analyzer.trace.LineTable;
import org.racewitness.analyzer.trace.SessionModel;

/**
 * A program point, the same in every process that runs the program: the instruction that the innermost frame of application code executes.
 *
 * @param line 1-based, 0 unknown
 * @param offset of the instruction in the function's bytecode, in bytes
 */
record Point(String file, String function, int line, int offset) implements Comparable<Point> {
    private static final Comparator<Point> ORDER = Comparator.comparing(Point::file)
            .thenComparingInt(Point::line)
            .thenComparing(Point::function)
            .thenComparingInt(Point::offset);

    /** The point at a stack whose top frame is the one that counts. */
    static Point of(SessionModel model, int stack) {
        CodeObject code = model.code(model.stackCode(stack));
        int offset = model.stackOffset(stack);
        return new Point(
                code.file(), code.function(), LineTable.find(code, offset).line(), offset);
    }

    @Override
    public int compareTo(Point other) {
        return ORDER.compare(this, other);
    }
}
