package org.racewitness.collector.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.run.AgentOptions;
import picocli.CommandLine.Option;

/** What is observed of a command. */
final class TraceOptions {
    private static final int MAX_GRACE_SECONDS = 86_400;

    @Option(
            names = "--include",
            split = ",",
            paramLabel = "PATTERN",
            description = "Also observe modules of that dotted name (glob, like 'numpy.*'); may be repeated. "
                    + "By default everything but the standard library and site-packages is observed.")
    List<String> include = new ArrayList<>();

    @Option(
            names = "--exclude",
            split = ",",
            paramLabel = "PATTERN",
            description = "Do not observe modules of that dotted name; may be repeated.")
    List<String> exclude = new ArrayList<>();

    @Option(
            names = "--no-filter",
            description = "Send every access, also those that can take part in no race: slower, same races.")
    boolean noFilter;

    @Option(
            names = "--grace",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long to wait for processes that outlive the command (default: ${DEFAULT-VALUE}).")
    int graceSeconds;

    @Option(
            names = "--floor",
            description = "Observe nothing, only instrument: what the technique costs by itself, for `bench run`.")
    boolean floor;

    @Option(
            names = "--no-progress",
            description = "Show no line about the run at the foot of the terminal while the command runs.")
    boolean noProgress;

    AgentOptions agentOptions() throws ProblemException {
        return new AgentOptions(patterns("--include", include), patterns("--exclude", exclude), !noFilter, floor);
    }

    Duration grace() throws ProblemException {
        if (graceSeconds < 0 || graceSeconds > MAX_GRACE_SECONDS) {
            throw ProblemException.usage(
                    Slug.BAD_OPTION,
                    "--grace " + graceSeconds + " is not between 0 and " + MAX_GRACE_SECONDS + " seconds");
        }
        return Duration.ofSeconds(graceSeconds);
    }

    /** Patterns travel to the agent in one variable, separated by colons. */
    private static List<String> patterns(String option, List<String> given) throws ProblemException {
        for (String pattern : given) {
            boolean clean =
                    pattern.codePoints().allMatch(c -> Character.isJavaIdentifierPart(c) || ".*?[]!-".indexOf(c) >= 0);
            if (pattern.isEmpty() || !clean) {
                throw ProblemException.usage(
                        Slug.BAD_PATTERN,
                        option + " " + pattern + " is no pattern of module names; write it like `myapp.*`");
            }
        }
        return given;
    }
}
