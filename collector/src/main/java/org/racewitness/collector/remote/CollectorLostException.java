package org.racewitness.collector.remote;

import java.io.IOException;

/** The service did not take, or no longer takes, what was sent; the message is one line without a remedy. */
public final class CollectorLostException extends IOException {
    private static final long serialVersionUID = 1L;

    CollectorLostException(String message, Throwable cause) {
        super(message, cause);
    }
}
