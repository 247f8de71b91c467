package org.racewitness.collector.config;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * A race that is known and accepted. Every condition that is not null has to hold. Patterns are globs in which {@code *} stands for any text and {@code ?} for
 * one character.
 *
 * @param fingerprint of the race, or its first 8 digits or more
 * @param location glob on the location's name
 * @param file glob on the file of a racing line, or on the end of its path
 * @param function glob on the qualified name of the function
 * @param module glob on the dotted name that the file's path ends with
 * @param verdict label of the verdict
 * @param anywhere whether file, function and module may match any frame of the stacks; otherwise only the innermost application frame of either side
 * @param reason why it is accepted, never blank
 * @param expires last day on which it holds, null for ever
 * @param where file and place of the suppression, for messages
 */
public record Suppression(
        String fingerprint,
        String location,
        String file,
        String function,
        String module,
        String verdict,
        boolean anywhere,
        String reason,
        LocalDate expires,
        String where) {

    /** The conditions as they were written: {@code location = "Account.balance"}. */
    public String conditions() {
        List<String> parts = new ArrayList<>();
        add(parts, "fingerprint", fingerprint);
        add(parts, "location", location);
        add(parts, "file", file);
        add(parts, "function", function);
        add(parts, "module", module);
        add(parts, "verdict", verdict);
        return String.join(", ", parts);
    }

    private static void add(List<String> parts, String key, String value) {
        if (value != null) {
            parts.add(key + " = \"" + value + '"');
        }
    }
}
