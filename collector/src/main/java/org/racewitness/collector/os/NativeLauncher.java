package org.racewitness.collector.os;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * posix_spawn(3) and wait4(2), because the JVM's own way changes what a command sees: it blocks SIGQUIT in its children, closes inherited descriptors,
 * re-encodes arguments and environment, and reports a signal as an exit status. Arguments and environment travel as the very bytes that
 * this process was given.
 *
 * <p>Thread-safe; each command has one daemon thread that waits for it.
 */
final class NativeLauncher implements CommandLauncher {
    private static final int SIGQUIT = 3;
    private static final byte[] SHELL = bytes("/bin/sh");

    private final InheritedDescriptors inherited;

    NativeLauncher(InheritedDescriptors inherited) {
        this.inherited = inherited;
    }

    @Override
    public RunningCommand start(Command command) throws IOException {
        List<byte[]> arguments = rawArguments(command.arguments());
        List<byte[]> environment = environment(command.changes());
        byte[] path = bytes(command.executable().toString());
        inherited.keepOthersFromCommands();
        int[] pid = new int[1];
        int error = spawn(pid, path, arguments, environment);
        if (error == Libc.ENOEXEC) { // a script without "#!": what a shell would do
            List<byte[]> viaShell = new ArrayList<>(List.of(SHELL, path));
            viaShell.addAll(arguments.subList(1, arguments.size()));
            error = spawn(pid, SHELL, viaShell, environment);
        }
        if (error != 0) {
            throw new IOException(reason(error));
        }
        return new Started(pid[0]);
    }

    private static int spawn(int[] pid, byte[] path, List<byte[]> arguments, List<byte[]> environment) {
        Memory attributes = Libc.opaque();
        Memory mask = Libc.opaque();
        Memory child = new Memory(Integer.BYTES);
        Libc.posix_spawnattr_init(attributes);
        try {
            // HotSpot blocks SIGQUIT in all Java threads but one (signals_posix.cpp, hotspot_sigmask)
            Libc.pthread_sigmask(Libc.SIG_SETMASK, null, mask);
            Libc.sigdelset(mask, SIGQUIT);
            Libc.posix_spawnattr_setsigmask(attributes, mask);
            Libc.posix_spawnattr_setflags(attributes, Libc.POSIX_SPAWN_SETSIGMASK);
            try (Block file = new Block(List.of(path));
                    Block argv = new Block(arguments);
                    Block envp = new Block(environment)) {
                int error = Libc.posix_spawn(child, file.table.getPointer(0), null, attributes, argv.table, envp.table);
                pid[0] = error == 0 ? child.getInt(0) : 0;
                return error;
            }
        } finally {
            Libc.posix_spawnattr_destroy(attributes);
        }
    }

    /** The arguments as bytes: the tail of this process's own command line where it says the same, else the strings' encoding. */
    private static List<byte[]> rawArguments(List<String> arguments) {
        List<byte[]> own = ProcFs.ownCommandLine();
        int from = own.size() - arguments.size();
        List<byte[]> result = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            byte[] raw = from >= 0 ? own.get(from + i) : null;
            String argument = arguments.get(i);
            result.add(raw != null && mayBe(raw, argument) ? raw : bytes(argument));
        }
        return result;
    }

    /** Whether the bytes can have been decoded to that text, in whatever charset: equal in all that is ASCII. */
    private static boolean mayBe(byte[] raw, String text) {
        return asciiOf(new String(raw, StandardCharsets.ISO_8859_1)).equals(asciiOf(text));
    }

    private static String asciiOf(String text) {
        StringBuilder kept = new StringBuilder();
        text.chars().filter(c -> c < 0x80 && c != '?').forEach(c -> kept.append((char) c));
        return kept.toString();
    }

    /** This process's environment with the changes, in ISO 8859-1: a charset in which every byte is a character of its own. */
    private static List<byte[]> environment(List<EnvironmentChange> changes) {
        Map<String, String> result = new LinkedHashMap<>();
        for (byte[] entry : ProcFs.ownEnvironment()) {
            String text = new String(entry, StandardCharsets.ISO_8859_1);
            int end = text.indexOf('=');
            // an entry without "=" is no variable, and still passed on
            result.put(end < 0 ? text : text.substring(0, end), end < 0 ? null : text.substring(end + 1));
        }
        for (EnvironmentChange change : changes) {
            String value = new String(bytes(change.value()), StandardCharsets.ISO_8859_1);
            new EnvironmentChange(change.name(), value, change.mode()).apply(result);
        }
        List<byte[]> entries = new ArrayList<>();
        result.forEach((name, value) ->
                entries.add((value == null ? name : name + "=" + value).getBytes(StandardCharsets.ISO_8859_1)));
        return entries;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ProcFs.NATIVE_CHARSET);
    }

    private static String reason(int error) {
        return switch (error) {
            case 2 -> "no such file, or its interpreter (the #! line) does not exist";
            case 7 -> "its arguments and environment are too long";
            case 8 -> "not in a format that this machine runs";
            case 11, 12 -> "out of processes or memory";
            case 13 -> "permission denied";
            default -> "error " + error + " of posix_spawn(3)";
        };
    }

    /** A NULL-terminated table of C strings, in memory of its own. */
    private static final class Block implements AutoCloseable {
        final Memory table;
        private final Memory text;

        Block(List<byte[]> strings) {
            int length = strings.stream().mapToInt(s -> s.length + 1).sum();
            table = new Memory((strings.size() + 1L) * Native.POINTER_SIZE);
            text = new Memory(Math.max(length, 1));
            long at = 0;
            long slot = 0;
            for (byte[] string : strings) {
                text.write(at, string, 0, string.length);
                text.setByte(at + string.length, (byte) 0);
                table.setPointer(slot, text.share(at));
                at += string.length + 1;
                slot += Native.POINTER_SIZE;
            }
            table.setPointer(slot, Pointer.NULL);
        }

        @Override
        public void close() {
            table.close();
            text.close();
        }
    }

    /** A child that nobody else waits for. */
    private static final class Started implements RunningCommand {
        private final int pid;
        private final CompletableFuture<CommandStatus> ended = new CompletableFuture<>();
        /** Once reaped, the pid may be another process's. Guarded by this. */
        @GuardedBy("this")
        private boolean reaped;

        Started(int pid) {
            this.pid = pid;
            Thread waiter = new Thread(this::await, "command-waiter");
            waiter.setDaemon(true);
            waiter.start();
        }

        @Override
        public long pid() {
            return pid;
        }

        @Override
        public CompletableFuture<CommandStatus> ended() {
            return ended;
        }

        @Override
        public synchronized void signal(int number) {
            if (!reaped) {
                Libc.kill(pid, number);
            }
        }

        private void await() {
            try (Memory information = Libc.opaque()) {
                // first wait without reaping, for as long as it takes: signal() must not wait for us
                uninterrupted(() -> Libc.waitid(Libc.P_PID, pid, information, Libc.WEXITED | Libc.WNOWAIT));
                ended.complete(reap());
            } catch (RuntimeException | Error e) {
                ended.completeExceptionally(e);
            }
        }

        private synchronized CommandStatus reap() {
            Memory status = new Memory(Integer.BYTES);
            Memory usage = Libc.opaque();
            uninterrupted(() -> Libc.wait4(pid, status, 0, usage));
            reaped = true;
            return decode(status.getInt(0), usage);
        }

        private static void uninterrupted(Runnable call) {
            while (true) {
                try {
                    call.run();
                    return;
                } catch (LastErrorException e) {
                    if (e.getErrorCode() != Libc.EINTR) {
                        throw e;
                    }
                }
            }
        }

        /** The encoding of wait(2): low 7 bits the signal, or 0 and the exit status in the next byte. */
        private static CommandStatus decode(int status, Memory usage) {
            int signal = status & 0x7f;
            ByteBuffer times = usage.getByteBuffer(0, 32).order(ByteOrder.nativeOrder());
            CommandStatus.ResourceUsage used = new CommandStatus.ResourceUsage(
                    times.getLong(0) * 1_000_000 + times.getLong(8), times.getLong(16) * 1_000_000 + times.getLong(24));
            return signal != 0
                    ? new CommandStatus(null, signal, used)
                    : new CommandStatus(status >> 8 & 0xff, null, used);
        }
    }
}
