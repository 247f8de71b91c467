package org.racewitness.collector.os;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What Linux tells in {@code /proc}, proc(5). Everything is empty where there is none. */
public final class ProcFs {
    /** The charset of file names, arguments and environment on this machine. */
    static final Charset NATIVE_CHARSET = nativeCharset();

    private ProcFs() {}

    /**
     * One process as {@code /proc/PID/stat} shows it.
     *
     * @param state one letter; {@code Z} is dead and not yet waited for
     * @param processGroup its process group
     * @param terminalGroup the process group in the foreground of its terminal, -1 without a terminal
     * @param flags the kernel's flags of the process ({@code PF_*} of include/linux/sched.h)
     * @param startTicks when it started, in clock ticks since boot: tells two processes of one pid apart
     * @param waitStatus as wait(2) encodes it, once the process is on its way out; 0 also where the kernel hides it
     */
    public record Stat(
            char state,
            long parent,
            long processGroup,
            long terminalGroup,
            long flags,
            long startTicks,
            int waitStatus) {
        private static final int PF_EXITING = 4;

        /** Whether it is dead and not yet waited for. */
        public boolean zombie() {
            return state == 'Z';
        }

        /** Whether the process still runs and is not on its way out. */
        public boolean alive() {
            return state != 'Z' && state != 'X' && (flags & PF_EXITING) == 0;
        }
    }

    /** The process of that number, empty when there is none (or it belongs to somebody who hides it). */
    public static Optional<Stat> stat(long pid) {
        return read("/proc/" + pid + "/stat").flatMap(ProcFs::parseStat);
    }

    /** This process. */
    public static Optional<Stat> self() {
        return read("/proc/self/stat").flatMap(ProcFs::parseStat);
    }

    static Optional<Stat> parseStat(byte[] content) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        int behindName = text.lastIndexOf(')'); // the name may hold anything, ')' and blanks included
        if (behindName < 0) {
            return Optional.empty();
        }
        String[] fields = text.substring(behindName + 1).trim().split(" +", -1); // from field 3 of proc(5)
        try {
            return Optional.of(new Stat(
                    fields[0].charAt(0),
                    Long.parseLong(fields[1]),
                    Long.parseLong(fields[2]),
                    Long.parseLong(fields[5]),
                    Long.parseLong(fields[6]),
                    Long.parseLong(fields[19]),
                    fields.length > 49 ? Integer.parseInt(fields[49]) : 0));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /**
     * The living processes that have that entry in their environment, whose executable's file name passes the predicate.
     *
     * @param entry {@code NAME=value}, ASCII
     */
    public static List<Long> processesWith(String entry, Predicate<String> executable) {
        String[] names = new File("/proc").list();
        List<Long> pids = new ArrayList<>();
        for (String name : names == null ? new String[0] : names) {
            if (Character.isDigit(name.charAt(0)) && hasEntry(name, entry) && executable.test(executableName(name))) {
                pids.add(Long.parseLong(name));
            }
        }
        return pids;
    }

    private static boolean hasEntry(String pid, String entry) {
        // empty for the dead, unreadable for other users' processes
        return read("/proc/" + pid + "/environ")
                .map(bytes -> ('\0' + new String(bytes, StandardCharsets.ISO_8859_1)).contains('\0' + entry + '\0'))
                .orElse(false);
    }

    private static String executableName(String pid) {
        try {
            return String.valueOf(
                    Files.readSymbolicLink(Path.of("/proc", pid, "exe")).getFileName());
        } catch (IOException | SecurityException gone) {
            return "";
        }
    }

    /** The arguments that this process was started with, the JVM's own first, as bytes. */
    static List<byte[]> ownCommandLine() {
        return read("/proc/self/cmdline").map(ProcFs::split).orElse(List.of());
    }

    /** The environment that this process was started with, as {@code NAME=value} in bytes. */
    static List<byte[]> ownEnvironment() {
        return read("/proc/self/environ").map(ProcFs::split).orElse(List.of());
    }

    private static List<byte[]> split(byte[] content) {
        List<byte[]> parts = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < content.length; i++) {
            if (content[i] == 0) {
                parts.add(Arrays.copyOfRange(content, from, i));
                from = i + 1;
            }
        }
        return parts;
    }

    private static Optional<byte[]> read(String file) {
        try {
            return Optional.of(Files.readAllBytes(Path.of(file)));
        } catch (IOException | SecurityException e) {
            return Optional.empty();
        }
    }

    private static Charset nativeCharset() {
        try {
            return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        } catch (IllegalArgumentException e) {
            return StandardCharsets.UTF_8;
        }
    }
}
