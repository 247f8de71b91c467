package org.racewitness.collector.triage;

import java.util.regex.Pattern;

/** A pattern in which {@code *} stands for any text and {@code ?} for one character; brackets are brackets, as in {@code dict['hits']}. */
final class Glob {
    private final Pattern pattern;

    private Glob(String glob, String before) {
        StringBuilder regex = new StringBuilder(before);
        glob.codePoints().forEach(c -> {
            switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                default -> regex.append(Pattern.quote(Character.toString(c)));
            }
        });
        pattern = Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    /** Matches whole texts. */
    static Glob whole(String glob) {
        return new Glob(glob, "");
    }

    /** Matches whole texts, and what stands behind a separator in them. */
    static Glob endBehind(char separator, String glob) {
        return new Glob(glob, "(?:.*" + Pattern.quote(String.valueOf(separator)) + ")?");
    }

    boolean matches(String text) {
        return pattern.matcher(text).matches();
    }
}
