package org.racewitness.analyzer.report;

/**
 * Where two accesses met, as a person would write it.
 *
 * @param kind {@code attribute}, {@code global}, {@code closure}, {@code item} or {@code shape}
 * @param name {@code Counter.n}, {@code app.total}, {@code hits}, {@code dict['hits']}, {@code list[3]}, {@code list (shape)}
 * @param objectType qualified type of the object that has the location
 * @param key text of the item key, null for other kinds
 */
public record Location(String kind, String name, String objectType, String key) {}
