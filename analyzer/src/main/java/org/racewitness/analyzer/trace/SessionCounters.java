package org.racewitness.analyzer.trace;

import java.util.List;

/**
 * What became of a session's records up to one moment; the law is {@code received = analysed + dropped + malformed + waiting}, see
 * {@link #check}.
 *
 * @param received records that arrived, from the socket, from a file or from a buffer file
 * @param analysed events that the engine has judged, and definitions that were understood
 * @param dropped records that arrived and were not analysed for a reason that {@code notes} gives (second copies, kinds of records that
 *     version 1 does not know)
 * @param malformed records that arrived and could not be understood
 * @param waiting events that wait for their place in the order; 0 once the session was finished
 * @param lost records that are known to have been written and did not arrive, and those that the agent could not keep
 * @param recovered of {@code received}, those from the buffer file
 * @param bytes of record streams received
 * @param notes lines for the reader of a report
 */
public record SessionCounters(
        long received,
        long analysed,
        long dropped,
        long malformed,
        long waiting,
        long lost,
        long recovered,
        long bytes,
        List<String> notes) {

    /**
     * Returns itself when the law holds.
     *
     * @throws IllegalStateException with the equation when it does not, which is a defect of the analyzer
     */
    public SessionCounters check() {
        if (received != analysed + dropped + malformed + waiting) {
            throw new IllegalStateException("accounting: received " + received + " != analysed " + analysed
                    + " + dropped " + dropped + " + malformed " + malformed + " + waiting " + waiting);
        }
        return this;
    }
}
