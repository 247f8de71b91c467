package org.racewitness.analyzer.report;

/**
 * One test that ran under a test runner's plugin, in however many processes.
 *
 * @param name as the runner calls it, for pytest the node id
 * @param sharing whether two threads of one process used an object together in it; a test without says nothing about races
 */
public record TestReport(String name, boolean sharing) {}
