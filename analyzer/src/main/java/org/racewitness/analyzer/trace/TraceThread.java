package org.racewitness.analyzer.trace;

/**
 * One thread of a session, immutable.
 *
 * @param uid its number in the trace, from 1, never used twice in a session
 * @param name last known name, "" if none was sent
 * @param parent dense number of the thread that started it, -1 unknown
 * @param startedAt session-wide stack of the FORK event, 0 unknown
 */
public record TraceThread(int uid, String name, boolean main, boolean daemon, int parent, int startedAt) {}
