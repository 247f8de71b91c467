package org.racewitness.analyzer.race;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.racewitness.analyzer.report.Location;

/**
 * Fingerprints that stay the same across runs, machines, edits elsewhere in a file, and names of threads: made of file name, qualified name of
 * the function and operation of both sides, of the location and of the verdict; of no line, no address, no path and no key that the program
 * computed. Entries that are equal in all of this are numbered in the order of their program points.
 */
final class Fingerprints {
    private static final int BYTES = 16;

    private final Map<String, Integer> seen = new HashMap<>();

    /** The fingerprint of each entry, given in the order of their program points. */
    Map<Entry, String> of(List<Entry> entries) {
        Map<Entry, String> fingerprints = new HashMap<>();
        for (Entry entry : entries) {
            String identity = identity(entry);
            int ordinal = seen.merge(identity, 1, Integer::sum);
            fingerprints.put(entry, hash(identity + '\n' + ordinal));
        }
        return fingerprints;
    }

    private static String identity(Entry entry) {
        Finding shown = entry.shown();
        String sides = Stream.of(shown.first(), shown.second())
                .map(side -> FileNames.stable(side.point().file())
                        + '\t'
                        + side.point().function()
                        + '\t'
                        + side.operation())
                .sorted()
                .collect(Collectors.joining("\n"));
        return sides + '\n' + place(shown) + '\n' + entry.verdict().label();
    }

    private static String place(Finding finding) {
        Location location = finding.location();
        boolean namedByProgram =
                !location.kind().equals(LocationNames.ITEM) || finding.judge().hasConstantKey(finding);
        return location.kind()
                + ' '
                + (namedByProgram ? location.name() : LocationNames.lastPart(location.objectType()));
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, BYTES);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }
}
