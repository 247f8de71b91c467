package org.racewitness.analyzer.trace;

import java.util.HashMap;
import java.util.Map;

/** Keeps one copy of each text that notes repeat, so that notes that wait cost no more than their words. Owned by the thread that owns the session. */
final class NoteTexts {
    /** Characters of all texts kept; longer ones that come later all read {@value #BEYOND}. */
    private static final long MAX_CHARS = 64L << 20;

    private static final String BEYOND = "(more than can be told apart)";

    private final Map<String, String> texts = new HashMap<>();
    private long chars;

    String of(String text) {
        String known = texts.get(text);
        if (known != null) {
            return known;
        }
        if (chars + text.length() > MAX_CHARS) {
            return BEYOND;
        }
        chars += text.length();
        texts.put(text, text);
        return text;
    }
}
