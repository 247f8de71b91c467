package org.racewitness.analyzer.race;

import java.util.List;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.trace.SessionModel;

/** What a lock is called in a report: its type and where it was first seen, {@code Lock counter.py:9}. */
final class LockNames {
    private final SessionModel model;
    private final StackFrames frames;

    LockNames(SessionModel model, StackFrames frames) {
        this.model = model;
        this.frames = frames;
    }

    String of(long lock) {
        String type = typeName(model.objectType(lock));
        String label = model.objectLabel(lock);
        if (!label.isEmpty()) {
            return type + " " + label;
        }
        List<Frame> seen = frames.of(model.objectFirstSeen(lock));
        if (seen.isEmpty()) {
            return type;
        }
        Frame innermost = seen.get(0);
        return type + " " + FileNames.base(innermost.file()) + ":" + innermost.line();
    }

    /** The name that {@code threading} gives to the types of {@code _thread}. */
    private static String typeName(String type) {
        String name = LocationNames.lastPart(type);
        return name.equals("lock") ? "Lock" : name.equals("?") ? "Lock" : name;
    }
}
