package org.racewitness.collector.report;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.racewitness.analyzer.report.Race;
import org.racewitness.analyzer.report.RaceExplanation;
import org.racewitness.analyzer.report.RaceExplanation.Sync;

/**
 * Where the sides of races lie on an axis of microseconds. An access has no time of its own in a trace; it was made between the synchronisations of its
 * thread around it, and those have one. So its interval is the real time from the one to the other. Where no time is known at all (traces in
 * other formats), races stand side by side, one for each millisecond.
 */
final class RaceTimes {
    private static final double SPACING_MICROS = 1000;
    private static final double DURATION_MICROS = 600;
    /** Length of an interval of which one end only is known. */
    private static final double OPEN_MICROS = 10;

    /** @param micros length, above 0 */
    record Interval(double startMicros, double micros) {
        double middle() {
            return startMicros + micros / 2;
        }
    }

    /** The earliest time that is known, in nanoseconds since 1970; {@link RaceExplanation#NO_TIME} where none is. */
    private final long origin;

    private RaceTimes(long origin) {
        this.origin = origin;
    }

    static RaceTimes of(List<Race> races) {
        return new RaceTimes(races.stream()
                .flatMap(RaceTimes::synchronisations)
                .mapToLong(Sync::unixNanos)
                .filter(nanos -> nanos != RaceExplanation.NO_TIME)
                .min()
                .orElse(RaceExplanation.NO_TIME));
    }

    private static Stream<Sync> synchronisations(Race race) {
        RaceExplanation explanation = race.explanation();
        if (explanation == null) {
            return Stream.empty();
        }
        Stream<Sync> around = explanation.sides().stream().flatMap(side -> Stream.of(side.before(), side.after()));
        Stream<Sync> edges =
                explanation.lastOrdered().stream().flatMap(edge -> Stream.of(edge.release(), edge.acquire()));
        return Stream.concat(around, edges).filter(Objects::nonNull);
    }

    boolean areReal() {
        return origin != RaceExplanation.NO_TIME;
    }

    String axis() {
        return areReal()
                ? "real time; a slice reaches from the synchronisation before the access to the one after it"
                : "one race for each millisecond, in the order of the report; not time";
    }

    /** @param number of the race in the report; a side of which nothing is known stands where the other one does, or at the beginning */
    Interval of(Race race, int number, int side) {
        if (!areReal()) {
            return new Interval(number * SPACING_MICROS, DURATION_MICROS);
        }
        Interval known = known(race, side);
        Interval other = known == null ? known(race, 1 - side) : known;
        return other == null ? new Interval(0, OPEN_MICROS) : other;
    }

    private Interval known(Race race, int side) {
        if (race.explanation() == null) {
            return null;
        }
        Sync before = timed(race.explanation().sides().get(side).before());
        Sync after = timed(race.explanation().sides().get(side).after());
        if (before == null && after == null) {
            return null;
        }
        double start = before == null ? micros(after) - OPEN_MICROS : micros(before);
        double end = after == null ? start + OPEN_MICROS : micros(after);
        return new Interval(Math.max(0, start), Math.max(end - start, 0.001));
    }

    private static Sync timed(Sync sync) {
        return sync == null || sync.unixNanos() == RaceExplanation.NO_TIME ? null : sync;
    }

    double micros(Sync sync) {
        return (sync.unixNanos() - origin) / 1e3;
    }
}
