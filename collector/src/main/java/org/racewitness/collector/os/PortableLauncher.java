package org.racewitness.collector.os;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Starts a command through the JVM. What it cannot do: pass on descriptors above 2, arguments that are not text of the platform's charset, and tell a
 * command that a signal ended from one that exits with 128 + N (a status from 129 to 159 is taken for a signal).
 */
final class PortableLauncher implements CommandLauncher {
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;
    private static final int LAST_COMMON_SIGNAL = 31;

    @Override
    public RunningCommand start(Command command) throws IOException {
        List<String> words = new ArrayList<>(command.arguments());
        words.set(0, command.executable().toString());
        ProcessBuilder builder = new ProcessBuilder(words).inheritIO();
        command.changes().forEach(change -> change.apply(builder.environment()));
        return new Started(builder.start());
    }

    private record Started(Process process, CompletableFuture<CommandStatus> ended) implements RunningCommand {
        Started(Process process) {
            this(process, process.onExit().thenApply(p -> status(p.exitValue())));
        }

        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public void signal(int number) {
            if (number == SIGKILL) {
                process.destroyForcibly();
            } else if (number == SIGTERM || !Libc.available()) {
                process.destroy();
            } else if (process.isAlive()) {
                Libc.kill((int) process.pid(), number);
            }
        }

        private static CommandStatus status(int value) {
            int signal = value - 128;
            return signal > 0 && signal <= LAST_COMMON_SIGNAL
                    ? new CommandStatus(null, signal, null)
                    : new CommandStatus(value, null, null);
        }
    }
}
