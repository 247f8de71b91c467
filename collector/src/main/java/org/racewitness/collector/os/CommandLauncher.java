package org.racewitness.collector.os;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Starts the traced command so that it cannot tell who started it. */
public interface CommandLauncher {

    /**
     * What to start.
     *
     * @param executable absolute or relative path of the file
     * @param arguments all arguments, the name of the command first
     * @param changes of the environment, each variable at most once; everything else is passed on as it is
     */
    record Command(Path executable, List<String> arguments, List<EnvironmentChange> changes) {
        public Command {
            arguments = List.copyOf(arguments);
            changes = List.copyOf(changes);
        }
    }

    /**
     * Starts the command in this working directory, on this process's stdin, stdout and stderr.
     *
     * @throws IOException when the system refuses to start it; the message says why
     */
    RunningCommand start(Command command) throws IOException;

    /**
     * The launcher of this machine: {@link NativeLauncher} where it works, else {@link PortableLauncher}.
     *
     * @param inherited the descriptors that this process was born with
     */
    static CommandLauncher ofThisMachine(InheritedDescriptors inherited) {
        return Libc.available() && inherited.known() ? new NativeLauncher(inherited) : new PortableLauncher();
    }
}
