package org.racewitness.collector.os;

import java.util.concurrent.CompletableFuture;

/** A command that was started. Thread-safe. */
public interface RunningCommand {

    long pid();

    /** Completed once, when the command has ended. */
    CompletableFuture<CommandStatus> ended();

    /** Sends a signal; without effect when the command has ended. */
    void signal(int number);
}
