package org.racewitness.analyzer.explain;

/**
 * One synchronisation event as the trace has it.
 *
 * @param thread dense number
 * @param time local time in its thread
 * @param kind code of the wire format
 * @param object number, 0 for none
 * @param other dense number of the thread that a FORK, BEGIN or JOIN names, -1 for none
 * @param stack session-wide, 0 for none
 * @param ticks when it happened, by the process's clock
 */
public record RawSync(int thread, long time, int kind, long object, int other, int stack, long ticks) {}
