package org.racewitness.analyzer.race;

import java.util.ArrayList;
import java.util.List;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.trace.CodeObject;
import org.racewitness.analyzer.trace.LineTable;
import org.racewitness.analyzer.trace.SessionModel;
import org.racewitness.analyzer.trace.SourceRange;

/** Stacks of one process as a report shows them. */
final class StackFrames {
    /** Python's own recursion limit can be raised; a report shows no more frames than this. */
    static final int MAX_FRAMES = 10_000;

    private final SessionModel model;

    StackFrames(SessionModel model) {
        this.model = model;
    }

    /**
     * The frames of a stack, innermost first, from the innermost frame of application code on; the whole stack where no frame is of application
     * code.
     */
    List<Frame> of(int stack) {
        List<Frame> frames = new ArrayList<>();
        for (int at = innermostApplication(stack); at > 0 && frames.size() < MAX_FRAMES; at = model.stackParent(at)) {
            frames.add(frame(at));
        }
        return frames;
    }

    /** The innermost stack at or below that one whose top frame is application code; the stack itself where there is none. */
    int innermostApplication(int stack) {
        int depth = 0;
        for (int at = stack; at > 0 && depth < MAX_FRAMES; at = model.stackParent(at), depth++) {
            if (model.code(model.stackCode(at)).application()) {
                return at;
            }
        }
        return stack;
    }

    private Frame frame(int stack) {
        CodeObject code = model.code(model.stackCode(stack));
        SourceRange source = LineTable.find(code, model.stackOffset(stack));
        return new Frame(
                code.file(),
                source.line(),
                source.endLine(),
                source.column(),
                source.endColumn(),
                code.function(),
                code.application());
    }
}
