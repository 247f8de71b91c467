package org.racewitness.analyzer.race;

import java.util.Arrays;
import org.racewitness.analyzer.engine.RacingAccess;
import org.racewitness.analyzer.explain.RawExplanation;

/** All occurrences in one process of a pair of operations at a pair of stacks, whatever the objects. Belongs to its session. */
final class RawRace {
    /** Locations told apart; occurrences at further ones are counted with the last of them. */
    static final int MAX_LOCATIONS = 256;

    /** Tests told; the race happened in all of them, and perhaps in others. */
    static final int MAX_TESTS = 1000;

    final RawSide first;
    final RawSide second;

    /** Of the first occurrence; null where none is kept. */
    final RawExplanation explanation;

    /** Why the program calls one side benign, null where it does not. */
    final String benign;

    private long[] objects = new long[1];
    private long[] keys = new long[1];
    private long[] counts = new long[1];
    private int locations;
    private int latest;

    /** Numbers of the tests in which it happened. */
    private int[] tests = {};

    /** The pair at its first occurrence, not yet counted. */
    RawRace(RacingAccess first, RacingAccess second, String benign, RawExplanation explanation) {
        this.explanation = explanation;
        this.first = new RawSide(first);
        this.second = new RawSide(second);
        this.benign = benign;
    }

    /** It happened in that test; 0 stands for none. */
    void happenedIn(int test) {
        if (test != 0 && (tests.length == 0 || tests[tests.length - 1] != test) && tests.length < MAX_TESTS) {
            tests = RawSide.union(tests, new int[] {test});
        }
    }

    int[] tests() {
        return tests;
    }

    /** One more occurrence at each of so many keys. @return whether a location is among them that was not told before */
    boolean add(RacingAccess aFirst, RacingAccess aSecond, long object, long key, long keys) {
        first.add(aFirst);
        second.add(aSecond);
        int known = locations;
        long toldApart = Math.min(keys, MAX_LOCATIONS);
        for (long i = 0; i < toldApart; i++) {
            int location = indexOf(object, key + i); // before `counts` is read: it may grow
            counts[location]++;
        }
        counts[latest] += keys - toldApart;
        return locations > known;
    }

    private int indexOf(long object, long key) {
        if (latest < locations && objects[latest] == object && keys[latest] == key) {
            return latest;
        }
        for (latest = 0; latest < locations; latest++) {
            if (objects[latest] == object && keys[latest] == key) {
                return latest;
            }
        }
        if (locations == MAX_LOCATIONS) {
            return latest = locations - 1;
        }
        if (locations == objects.length) {
            objects = Arrays.copyOf(objects, locations * 2);
            keys = Arrays.copyOf(keys, locations * 2);
            counts = Arrays.copyOf(counts, locations * 2);
        }
        objects[locations] = object;
        keys[locations] = key;
        return latest = locations++;
    }

    int locations() {
        return locations;
    }

    long object(int location) {
        return objects[location];
    }

    /** Where they met, as {@link org.racewitness.analyzer.engine.RaceSink#race} tells it. */
    long key(int location) {
        return keys[location];
    }

    long count(int location) {
        return counts[location];
    }
}
