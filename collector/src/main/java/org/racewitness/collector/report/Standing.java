package org.racewitness.collector.report;

import java.util.Locale;
import org.racewitness.analyzer.report.Race;

/** Whether a race counts: new ones do, known and suppressed ones are listed and fail nothing. */
public enum Standing {
    NEW,
    /** In the baseline. */
    KNOWN,
    /** Accepted with a reason. */
    SUPPRESSED;

    /** {@link Race#suppressed} of a race that the baseline knows. */
    public static final String KNOWN_REASON = "known: in the baseline";

    static Standing of(Race race) {
        if (race.suppressed() == null) {
            return NEW;
        }
        return race.suppressed().equals(KNOWN_REASON) ? KNOWN : SUPPRESSED;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
