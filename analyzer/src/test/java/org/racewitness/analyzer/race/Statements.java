package org.racewitness.analyzer.race;

import org.racewitness.analyzer.flow.FlowFixtures;
import org.racewitness.analyzer.trace.CodeObject;

/** Statements of {@code flow_cases.py} as code of a {@link FakeProgram}: where they read and where they write. */
final class Statements {
    /** The stacks of the read and of the write of one function. */
    record Statement(int code, int read, int write) {}

    private Statements() {}

    /** The function of that name, called by no other. */
    static Statement of(FakeProgram program, String function) {
        return of(program, function, "/home/me/app/" + "app.py", 0, 0);
    }

    /** The same under another file name, so many lines further down, called from another stack. */
    static Statement of(FakeProgram program, String function, String file, int linesDown, int parent) {
        FlowFixtures.Case fixture = FlowFixtures.cases().stream()
                .filter(each -> each.function().equals(function))
                .findFirst()
                .orElseThrow();
        CodeObject code = fixture.code();
        int number = program.code(new CodeObject(
                0,
                file,
                function,
                code.firstLine() + linesDown,
                true,
                false,
                code.bytecode(),
                code.lineTable(),
                code.exceptionTable(),
                code.locals()));
        return new Statement(
                number,
                program.stack(parent, number, fixture.readOffset()),
                program.stack(parent, number, fixture.writeOffset()));
    }
}
