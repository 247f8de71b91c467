package org.racewitness.analyzer.race;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.report.Location;
import org.racewitness.analyzer.report.RaceExplanation;
import org.racewitness.analyzer.report.Verdict;
import org.racewitness.analyzer.trace.SessionModel;
import org.racewitness.analyzer.trace.TraceThread;
import org.racewitness.analyzer.wire.LocationKey;

/** Turns the racing pairs of one process, with all its definitions at hand, into findings. Belongs to one thread. */
final class SessionJudge {
    private final SessionRaces races;
    private final SessionModel model;
    private final StackFrames frames;
    private final Relations relations;
    private final LocationNames names;
    private final LockNames lockNames;
    private final ExplanationNames explanations;
    private final Map<Integer, Point> points = new HashMap<>();

    SessionJudge(SessionRaces races) {
        this.races = races;
        this.model = races.model();
        this.frames = new StackFrames(model);
        this.relations = new Relations(model);
        this.names = new LocationNames(model);
        this.lockNames = new LockNames(model, frames);
        this.explanations = new ExplanationNames(model, frames, lockNames, races::unixNanos);
    }

    /** Judges every racing pair at each of its locations. */
    void forEachFinding(Consumer<Finding> findings) {
        for (RawRace race : races.races()) {
            Role first = Role.of(race.first, races.writesAfter(race.first.stack), relations);
            Role second = Role.of(race.second, races.writesAfter(race.second.stack), relations);
            for (int i = 0; i < race.locations(); i++) {
                findings.accept(finding(race, first, second, i));
            }
        }
    }

    private Finding finding(RawRace race, Role firstRole, Role secondRole, int index) {
        long key = race.key(index);
        boolean atShape = key == LocationKey.SHAPE;
        Verdict verdict = Verdicts.of(race.first.operation, firstRole, race.second.operation, secondRole, atShape);
        JudgedSide first = JudgedSide.of(race.first, firstRole, verdict, this);
        JudgedSide second = JudgedSide.of(race.second, secondRole, verdict, this);
        boolean inOrder = first.point().compareTo(second.point()) <= 0;
        Location location = names.of(race.object(index), key);
        boolean whole = race.first.operation.isWhole() || race.second.operation.isWhole();
        return new Finding(
                this,
                verdict,
                inOrder ? first : second,
                inOrder ? second : first,
                race.object(index),
                location,
                whole,
                race.count(index),
                race.explanation,
                inOrder,
                race.benign,
                races.tests(race));
    }

    /** The program point of the innermost application frame of a stack. */
    Point point(int stack) {
        return points.computeIfAbsent(stack, number -> Point.of(model, frames.innermostApplication(number)));
    }

    /** Whether the program itself names the key at one of the two sides, so that it is the same in each run. */
    boolean hasConstantKey(Finding finding) {
        return relations.hasConstantKey(finding.first().stack())
                || relations.hasConstantKey(finding.second().stack());
    }

    Access access(JudgedSide side) {
        RawSide raw = side.raw();
        TraceThread thread = model.thread(raw.thread);
        List<String> locks = new ArrayList<>();
        for (long lock : raw.locks) {
            locks.add(lockNames.of(lock));
        }
        return new Access(
                side.operation(),
                races.pid(),
                new Access.ThreadRef(thread.uid(), thread.name()),
                List.copyOf(locks),
                frames.of(side.stack()),
                frames.of(thread.startedAt()));
    }

    /** What the trace tells around the finding's race; null where nothing is kept. */
    RaceExplanation explanation(Finding finding) {
        return finding.explanation() == null ? null : explanations.of(finding.explanation(), finding.firstIsFirst());
    }

    /** Stack at which the object was first seen. */
    List<Frame> firstSeen(long object) {
        return frames.of(model.objectFirstSeen(object));
    }
}
