package org.racewitness.collector.os;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * The descriptors above 2 that this process was born with ({@code 3<file}, a shell's {@code <(...)}, the job server of make): they belong to the command.
 * All others are the JVM's own and must not reach it. Immutable after {@link #atStart()}.
 */
public final class InheritedDescriptors {
    private static final File DIRECTORY = new File("/proc/self/fd");
    private static final int FIRST = 3;

    /** null where the system does not list them. */
    private final BitSet inherited;

    private InheritedDescriptors(BitSet inherited) {
        this.inherited = inherited;
    }

    /**
     * To be called first thing in {@code main}: what is open then, and is no file of the JVM or of its class path, was inherited.
     */
    public static InheritedDescriptors atStart() {
        String[] names = DIRECTORY.list();
        if (names == null) {
            return new InheritedDescriptors(null);
        }
        String javaHome = System.getProperty("java.home", "");
        String classPath = File.pathSeparator + System.getProperty("java.class.path", "") + File.pathSeparator;
        BitSet set = new BitSet();
        for (String name : names) {
            int descriptor = number(name);
            if (descriptor >= FIRST && !belongsToJvm(name, javaHome, classPath)) {
                set.set(descriptor);
            }
        }
        return new InheritedDescriptors(set);
    }

    /** Exactly these. */
    static InheritedDescriptors of(int... descriptors) {
        BitSet set = new BitSet();
        for (int descriptor : descriptors) {
            set.set(descriptor);
        }
        return new InheritedDescriptors(set);
    }

    /** Whether the set is known at all. */
    boolean known() {
        return inherited != null;
    }

    /** Marks every descriptor that was not inherited to be closed in commands that are started. */
    void keepOthersFromCommands() {
        String[] names = DIRECTORY.list();
        if (names == null) {
            return;
        }
        for (String name : names) {
            int descriptor = number(name);
            if (descriptor >= FIRST && !inherited.get(descriptor)) {
                Libc.fcntl(descriptor, Libc.F_SETFD, Libc.FD_CLOEXEC);
            }
        }
    }

    private static boolean belongsToJvm(String name, String javaHome, String classPath) {
        try {
            String target =
                    Files.readSymbolicLink(Path.of(DIRECTORY.getPath(), name)).toString();
            return target.startsWith(javaHome)
                    || target.endsWith(".jsa")
                    || target.endsWith(".jar")
                    || target.startsWith("/proc/")
                    || target.startsWith("/usr/lib/")
                    || target.startsWith("/sys/fs/cgroup")
                    || classPath.contains(File.pathSeparator + target + File.pathSeparator);
        } catch (IOException closedMeanwhile) {
            return true;
        }
    }

    private static int number(String name) {
        try {
            return Integer.parseInt(name);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
