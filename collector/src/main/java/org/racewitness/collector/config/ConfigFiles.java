package org.racewitness.collector.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import picocli.CommandLine.Model.OptionSpec;

/** Finds the configuration of a run and reads it. */
public final class ConfigFiles {
    private static final String OWN = "racewitness.toml";
    private static final String SHARED = "pyproject.toml";

    private ConfigFiles() {}

    /**
     * The files of the nearest folder, from {@code directory} up to the first that holds {@code .git}, in which there is a
     * racewitness.toml or pyproject.toml. Both of one folder count, racewitness.toml last and so stronger.
     */
    public static List<Path> discover(Path directory) {
        for (Path folder = directory; folder != null; folder = folder.getParent()) {
            List<Path> found = new ArrayList<>();
            for (String name : List.of(SHARED, OWN)) {
                Path file = folder.resolve(name);
                if (Files.isRegularFile(file)) {
                    found.add(folder.equals(directory) ? Path.of(name) : file);
                }
            }
            if (!found.isEmpty() || Files.exists(folder.resolve(".git"))) {
                return found;
            }
        }
        return List.of();
    }

    /**
     * Reads those files; they combine, and of an option that several set the last holds.
     *
     * @param options the options that may be set in a file
     * @throws ProblemException one line that names file, key and, for an unknown key, the nearest known one
     */
    public static Settings read(List<Path> files, List<OptionSpec> options) throws ProblemException {
        Map<String, SettingsReader.Kind> known = new LinkedHashMap<>();
        options.forEach(option -> known.put(key(option), kind(option)));
        Settings settings = Settings.NONE;
        for (Path file : files) {
            settings = settings.with(new SettingsReader(known, file).read());
        }
        return settings;
    }

    /** Reads files that hold nothing but suppressions. */
    public static Settings readSuppressions(List<Path> files) throws ProblemException {
        Settings settings = Settings.NONE;
        for (Path file : files) {
            Settings read = new SettingsReader(Map.of(), file).read();
            if (read.suppressions().isEmpty()) {
                throw ProblemException.usage(
                        Slug.BAD_CONFIG, file + ": holds no suppressions; write each as [[suppress]]");
            }
            settings = settings.with(read);
        }
        return settings;
    }

    /** The key of an option: its first long name without dashes. */
    public static String key(OptionSpec option) {
        for (String name : option.names()) {
            if (name.startsWith("--")) {
                return name.substring(2);
            }
        }
        return option.longestName().substring(1);
    }

    private static SettingsReader.Kind kind(OptionSpec option) {
        if (option.isMultiValue()) {
            return SettingsReader.Kind.STRINGS;
        }
        if (option.arity().max() == 0) {
            return SettingsReader.Kind.BOOLEAN;
        }
        return option.type() == int.class ? SettingsReader.Kind.INTEGER : SettingsReader.Kind.STRING;
    }
}
