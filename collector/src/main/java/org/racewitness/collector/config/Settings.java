package org.racewitness.collector.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What all configuration files of a run say together.
 *
 * @param options values by option name without dashes ({@code fail-on})
 * @param suppressions in the order of the files
 */
public record Settings(Map<String, Value> options, List<Suppression> suppressions) {
    /** Nothing is configured. */
    public static final Settings NONE = new Settings(Map.of(), List.of());

    public Settings {
        options = Map.copyOf(options);
        suppressions = List.copyOf(suppressions);
    }

    /**
     * One value as the command line would have it.
     *
     * @param text the words; of a list its items with commas between
     * @param file where it was written; relative paths are relative to that file's folder
     */
    public record Value(String text, Path file) {}

    /** Both together; where both set an option, {@code later} wins. */
    public Settings with(Settings later) {
        Map<String, Value> all = new LinkedHashMap<>(options);
        all.putAll(later.options);
        List<Suppression> both = new ArrayList<>(suppressions);
        both.addAll(later.suppressions);
        return new Settings(all, both);
    }
}
