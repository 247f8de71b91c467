package org.racewitness.collector.run;

import java.util.concurrent.CompletableFuture;
import org.racewitness.collector.os.RunningCommand;
import org.racewitness.collector.os.Signals;

/**
 * Signals that reach the tool while it runs a command. They are meant for the command: the tool passes them on where the command does not get
 * them by itself, survives them, and still reports. Once the command has ended they are meant for the tool: the first ends its waiting for
 * processes that go on, the second ends it.
 *
 * <p>Called on threads of the JVM.
 */
final class SignalRelay {
    private final CompletableFuture<RunningCommand> command;
    private final CompletableFuture<Void> enough = new CompletableFuture<>();
    private final Runnable lastResort;

    /**
     * @param command completed when the command was started; a signal that comes earlier is passed on then
     * @param lastResort called when somebody insists; should not return
     */
    SignalRelay(CompletableFuture<RunningCommand> command, Runnable lastResort) {
        this.command = command;
        this.lastResort = lastResort;
    }

    void install() {
        for (String name : new String[] {"HUP", "INT", "TERM"}) {
            Signals.handle(name, this::received);
        }
    }

    /** Completed when somebody wants the run to wait no longer. */
    CompletableFuture<Void> enough() {
        return enough;
    }

    void received(int signal) {
        command.thenAccept(started -> {
            if (!started.ended().isDone()) {
                if (signal == Signals.SIGTERM || !Signals.terminalReachesCommand()) {
                    started.signal(signal);
                }
            } else if (!enough.complete(null)) {
                lastResort.run();
            }
        });
    }
}
