package org.racewitness.collector.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.config.ConfigFiles;
import org.racewitness.collector.config.Settings;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** Where the configuration of a run is. */
final class ConfigOptions {
    /** Options that make no sense in a file. */
    private static final Set<String> FLAGS_ONLY =
            Set.of("config", "no-config", "suppressions", "output", "format", "help", "version");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Read the configuration from that TOML file, and from no other; may be repeated. By default "
                    + "racewitness.toml and pyproject.toml of this folder or the nearest above are read.")
    List<Path> config = new ArrayList<>();

    @Option(names = "--no-config", description = "Read no configuration file.")
    boolean noConfig;

    /** What the files say; set by {@link Main} before the subcommand runs. */
    Settings settings = Settings.NONE;

    Settings read(Path directory) throws ProblemException {
        if (noConfig && !config.isEmpty()) {
            throw ProblemException.usage(Slug.BAD_OPTION, "--config and --no-config exclude each other");
        }
        List<Path> files = noConfig ? List.of() : config.isEmpty() ? ConfigFiles.discover(directory) : config;
        return files.isEmpty() ? Settings.NONE : ConfigFiles.read(files, configurable());
    }

    /** Every option that a file may set: those of all commands, so that one file serves them all. */
    private static List<OptionSpec> configurable() {
        List<OptionSpec> options = new ArrayList<>();
        for (Object command : List.of(new RunCommand(), new RecordCommand(), new AnalyzeCommand())) {
            for (OptionSpec option : CommandSpec.forAnnotatedObject(command).options()) {
                if (!FLAGS_ONLY.contains(ConfigFiles.key(option))) {
                    options.add(option);
                }
            }
        }
        return options;
    }

    /**
     * Lets the files decide where the command line is silent.
     *
     * @param given what was on the command line
     */
    static void applyTo(CommandLine command, Settings settings, ParseResult given) {
        IDefaultValueProvider provider = argument -> value(argument, settings, given);
        command.setDefaultValueProvider(provider);
    }

    private static String value(ArgSpec argument, Settings settings, ParseResult given) {
        if (!(argument instanceof OptionSpec option)) {
            return null;
        }
        String key = ConfigFiles.key(option);
        Settings.Value value = settings.options().get(key);
        boolean overridden = given.hasMatchedOption(option.longestName())
                || given.hasMatchedOption(opposite(key)); // --html takes back no-html = true of a file
        if (value == null || overridden) {
            return null;
        }
        Path folder = value.file().getParent();
        return option.type() == Path.class && folder != null
                ? folder.resolve(value.text()).toString()
                : value.text();
    }

    private static String opposite(String key) {
        return key.startsWith("no-") ? "--" + key.substring(3) : "--no-" + key;
    }
}
