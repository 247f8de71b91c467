package org.racewitness.collector.run;

import java.util.List;

/**
 * What the command line says about observing.
 *
 * @param include patterns of module names that count as application code besides the default; globs on dotted names
 * @param exclude patterns of module names that are not observed
 * @param filter false sends every access: slower, the same races
 * @param floor true observes nothing: the callbacks return at once. What the technique costs by itself, for the benchmark
 */
public record AgentOptions(List<String> include, List<String> exclude, boolean filter, boolean floor) {
    public static final AgentOptions DEFAULT = new AgentOptions(List.of(), List.of(), true, false);

    public AgentOptions {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }
}
