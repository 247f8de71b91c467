package org.racewitness.collector.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.racewitness.analyzer.report.Verdict;
import org.racewitness.collector.Nearest;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;

/** Reads the tables {@code [[suppress]]} of one file. */
final class SuppressionReader {
    private static final int MAX_SUPPRESSIONS = 10_000;
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{8,64}");
    private static final List<String> TEXTS =
            List.of("fingerprint", "location", "file", "function", "module", "verdict", "reason", "expires");
    private static final String ANYWHERE = "anywhere";

    private final Path file;

    SuppressionReader(Path file) {
        this.file = file;
    }

    List<Suppression> read(JsonNode tables) throws ProblemException {
        if (!tables.isArray() || tables.size() > MAX_SUPPRESSIONS) {
            throw ProblemException.usage(
                    Slug.BAD_CONFIG,
                    file + ": suppress is no list of tables, or one of more than " + MAX_SUPPRESSIONS
                            + "; write each as [[suppress]]");
        }
        List<Suppression> suppressions = new ArrayList<>();
        for (JsonNode table : tables) {
            suppressions.add(suppression(table, suppressions.size() + 1));
        }
        return suppressions;
    }

    private Suppression suppression(JsonNode table, int number) throws ProblemException {
        String where = file + ", suppression " + number;
        Map<String, String> texts = new HashMap<>();
        boolean anywhere = false;
        for (Map.Entry<String, JsonNode> entry : table.properties()) {
            String key = entry.getKey();
            JsonNode value = entry.getValue();
            if (key.equals(ANYWHERE) && value.isBoolean()) {
                anywhere = value.asBoolean();
            } else if (TEXTS.contains(key)
                    && value.isTextual()
                    && !value.asText().isBlank()) {
                texts.put(key, value.asText());
            } else if (key.equals(ANYWHERE) || TEXTS.contains(key)) {
                throw problem(where, key + " must be " + (key.equals(ANYWHERE) ? "true or false" : "text"));
            } else {
                List<String> keys = new ArrayList<>(TEXTS);
                keys.add(ANYWHERE);
                throw problem(where, "unknown key " + key + Nearest.hint(key, keys));
            }
        }
        check(texts, where);
        return new Suppression(
                texts.get("fingerprint"),
                texts.get("location"),
                texts.get("file"),
                texts.get("function"),
                texts.get("module"),
                texts.get("verdict"),
                anywhere,
                texts.get("reason").strip(),
                date(texts.get("expires"), where),
                where);
    }

    private static void check(Map<String, String> texts, String where) throws ProblemException {
        if (texts.get("reason") == null) {
            throw problem(where, "has no reason; say why the race is accepted: reason = \"...\"");
        }
        if (Stream.of("fingerprint", "location", "file", "function", "module")
                .map(texts::get)
                .allMatch(Objects::isNull)) {
            throw problem(where, "says no race; give it a fingerprint, location, file, function or module");
        }
        String fingerprint = texts.get("fingerprint");
        if (fingerprint != null && !FINGERPRINT.matcher(fingerprint).matches()) {
            throw problem(
                    where, fingerprint + " is no fingerprint: 8 or more digits of 0-9 and a-f, as reports have it");
        }
        String verdict = texts.get("verdict");
        List<String> verdicts =
                Arrays.stream(Verdict.values()).map(Verdict::label).toList();
        if (verdict != null && !verdicts.contains(verdict)) {
            throw problem(where, "there is no verdict " + verdict + Nearest.hint(verdict, verdicts));
        }
    }

    private static LocalDate date(String text, String where) throws ProblemException {
        try {
            return text == null ? null : LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw problem(where, "expires must be a date like 2027-01-31, not " + text);
        }
    }

    private static ProblemException problem(String where, String what) {
        return ProblemException.usage(Slug.BAD_CONFIG, where + ": " + what);
    }
}
