package org.racewitness.collector.report;

import java.util.List;
import org.racewitness.analyzer.report.ProcessReport;

/**
 * The books of a run, over all its processes, in records of the wire format. They balance when {@code received =
 * analysed + dropped + malformed}; {@code lost} are records known to have been written that never arrived, and stand
 * outside the equation.
 *
 * @param recovered of the received ones, those taken from a buffer file after the process had died
 * @param threads threads that the processes started, main threads included
 */
public record Accounting(
        long received, long analysed, long dropped, long malformed, long lost, long recovered, long threads) {

    public static Accounting of(List<ProcessReport> processes) {
        long received = 0;
        long analysed = 0;
        long dropped = 0;
        long malformed = 0;
        long lost = 0;
        long recovered = 0;
        long threads = 0;
        for (ProcessReport process : processes) {
            received += process.events();
            analysed += process.analysed();
            dropped += process.dropped();
            malformed += process.malformed();
            lost += process.lost();
            recovered += process.recovered();
            threads += process.threads();
        }
        return new Accounting(received, analysed, dropped, malformed, lost, recovered, threads);
    }

    /** Whether the equation holds; where it does not, racewitness itself has a defect, and every report says so. */
    public boolean balanced() {
        return received == analysed + dropped + malformed;
    }

    /** Whether everything that the program did was judged. */
    public boolean complete() {
        return balanced() && dropped == 0 && malformed == 0 && lost == 0;
    }

    /** The equation in words: {@code 1,200 records received = 1,190 analysed + 10 dropped + 0 malformed}. */
    public String equation() {
        return Text.count(received, "record") + " received = " + Text.number(analysed) + " analysed + "
                + Text.number(dropped) + " dropped + " + Text.number(malformed) + " malformed";
    }
}
