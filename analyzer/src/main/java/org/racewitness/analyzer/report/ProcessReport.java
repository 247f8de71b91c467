package org.racewitness.analyzer.report;

import java.util.List;

/**
 * One process of a run. The accounting law: {@code received = analysed + dropped + malformed}, all in records of the wire format.
 *
 * @param events events and definitions received, from the socket and recovered from the buffer file
 * @param lost records that are known to have been written and are missing (gaps), plus what the agent itself could not keep
 * @param malformed records that arrived and could not be understood
 * @param dropped records that arrived and were not analysed for a stated reason
 * @param endedBy {@code exit}, {@code signal}, {@code exec} or {@code unknown}
 * @param notes lines for the reader: GIL switched on by a module, recovery, what is missing
 */
public record ProcessReport(
        int pid,
        String python,
        boolean freeThreaded,
        boolean gilEnabled,
        int threads,
        long events,
        long analysed,
        long dropped,
        long malformed,
        long lost,
        long recovered,
        String endedBy,
        List<String> notes) {}
