package org.racewitness.collector.report;

import java.io.IOException;

/** A report could not be written. The message is one whole line for the user: what happened, where, what to do. */
public final class ReportException extends IOException {
    private static final long serialVersionUID = 1L;

    public ReportException(String message, Throwable cause) {
        super(message, cause);
    }
}
