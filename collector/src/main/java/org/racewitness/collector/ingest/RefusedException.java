package org.racewitness.collector.ingest;

import org.racewitness.analyzer.wire.Answer;

/** A process is not let in; the message is for its user. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Answer answer;

    public RefusedException(Answer answer, String message) {
        super(message, null, false, false);
        this.answer = answer;
    }

    Answer answer() {
        return answer;
    }
}
