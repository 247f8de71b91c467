package org.racewitness.collector.service;

/**
 * A run that goes on, for the list of runs.
 *
 * @param command shortened
 * @param processes connected now
 * @param races pairs of lines so far
 */
public record ActiveRun(String name, String command, String since, int processes, long events, int races) {}
