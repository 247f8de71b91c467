package org.racewitness.analyzer.race;

/**
 * What makes one entry of a report: an unordered pair of program points, and a location.
 *
 * @param first not after {@code second}
 * @param place see {@link Finding#place}
 */
record EntryKey(Point first, Point second, String place) {

    /** With the points in order. */
    static EntryKey of(Point one, Point other, String place) {
        return one.compareTo(other) <= 0 ? new EntryKey(one, other, place) : new EntryKey(other, one, place);
    }
}
