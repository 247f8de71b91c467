package org.racewitness.collector.cli;

import java.io.IOException;
import org.racewitness.collector.ProblemException;

/** One subcommand, its options filled in by picocli. */
interface Subcommand {

    /**
     * Does the work.
     *
     * @return the exit status
     */
    int run(CommandContext context) throws ProblemException, IOException, InterruptedException;

    /** Its share in the configuration, null where files configure nothing of it. */
    default ConfigOptions configuration() {
        return null;
    }
}
