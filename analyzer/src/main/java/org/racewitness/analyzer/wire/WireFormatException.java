package org.racewitness.analyzer.wire;

/** Bytes that are not what the wire format allows; the message is one line that says what was found and what was expected. */
public final class WireFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    public WireFormatException(String message) {
        super(message);
    }
}
