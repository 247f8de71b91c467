package org.racewitness.collector.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.racewitness.collector.Nearest;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;

/** Reads one TOML file: the whole of a racewitness.toml, the table {@code tool.racewitness} of a pyproject.toml. */
final class SettingsReader {
    static final String SUPPRESS = "suppress";

    private static final int MAX_FILE_BYTES = 1 << 20;
    private static final String PYPROJECT = "pyproject.toml";
    private static final TomlMapper TOML = new TomlMapper();

    /** Types of options as TOML has them. */
    enum Kind {
        BOOLEAN("true or false"),
        INTEGER("a whole number"),
        STRING("a string"),
        STRINGS("a list of strings");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    private final Map<String, Kind> known;
    private final Path file;

    /** @param known options that may be configured, by name without dashes */
    SettingsReader(Map<String, Kind> known, Path file) {
        this.known = known;
        this.file = file;
    }

    static boolean isPyproject(Path file) {
        return file.endsWith(PYPROJECT);
    }

    Settings read() throws ProblemException {
        JsonNode table = table();
        if (table.isMissingNode()) {
            return Settings.NONE;
        }
        if (!table.isObject()) {
            throw problem("tool.racewitness is no table; write [tool.racewitness]");
        }
        Map<String, Settings.Value> options = new LinkedHashMap<>();
        List<Suppression> suppressions = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : table.properties()) {
            String key = entry.getKey();
            if (key.equals(SUPPRESS)) {
                suppressions = new SuppressionReader(file).read(entry.getValue());
            } else {
                options.put(key, new Settings.Value(text(key, entry.getValue()), file));
            }
        }
        return new Settings(options, suppressions);
    }

    private JsonNode table() throws ProblemException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw problem("is larger than 1 MiB");
            }
            JsonNode root = TOML.readTree(new String(bytes, StandardCharsets.UTF_8));
            return isPyproject(file) ? root.path("tool").path("racewitness") : root;
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String place = at == null || at.getLineNr() < 1 ? "" : " in line " + at.getLineNr();
            throw problem("is no TOML" + place + ": "
                    + e.getOriginalMessage().lines().findFirst().orElse("syntax error"));
        } catch (IOException e) {
            throw problem("cannot be read: " + e.getMessage());
        }
    }

    private String text(String key, JsonNode value) throws ProblemException {
        Kind kind = known.get(key);
        if (kind == null) {
            List<String> names = new ArrayList<>(known.keySet());
            names.add(SUPPRESS);
            throw problem("unknown key " + key + Nearest.hint(key, names));
        }
        boolean fits = switch (kind) {
            case BOOLEAN -> value.isBoolean();
            case INTEGER -> value.isIntegralNumber();
            case STRING -> value.isTextual();
            case STRINGS -> value.isArray() && all(value);
        };
        if (!fits) {
            throw problem(key + " must be " + kind.words);
        }
        if (kind != Kind.STRINGS) {
            return value.asText();
        }
        List<String> items = new ArrayList<>();
        value.forEach(item -> items.add(item.asText()));
        return String.join(",", items);
    }

    private static boolean all(JsonNode items) {
        for (JsonNode item : items) {
            if (!item.isTextual()) {
                return false;
            }
        }
        return true;
    }

    private ProblemException problem(String what) {
        return ProblemException.usage(Slug.BAD_CONFIG, file + ": " + what);
    }
}
