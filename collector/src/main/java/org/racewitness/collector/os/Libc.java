package org.racewitness.collector.os;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * The functions of the C library that this package calls, mapped directly (JNA's fastest start). Loading costs about 100 ms, so the first use belongs
 * on a thread that has the time; {@link #available()} says whether it worked.
 *
 * <p>Signatures and constants are those of Linux (glibc), the same on x86-64 and aarch64.
 */
final class Libc {
    static final int EINTR = 4;
    static final int ENOEXEC = 8;
    static final int F_SETFD = 2;
    static final int FD_CLOEXEC = 1;
    static final int SIG_SETMASK = 2;
    static final short POSIX_SPAWN_SETSIGMASK = 0x08;
    static final int P_PID = 1;
    static final int WEXITED = 4;
    static final int WNOWAIT = 0x01000000;
    static final int TIOCGWINSZ = 0x5413;
    static final int TCGETS = 0x5401;
    static final long SYS_PIDFD_OPEN = 434;
    /** Bytes that hold any {@code sigset_t}, {@code posix_spawnattr_t} or {@code struct rusage} of the platforms named above, with room to spare. */
    static final int OPAQUE_BYTES = 1024;

    private static final String SEARCH_PATH = "jna.platform.library.path";

    private static final Throwable LOAD_FAILURE = load();

    private Libc() {}

    private static Throwable load() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return new UnsupportedOperationException("not Linux");
        }
        try {
            // all that is called is loaded already; without a path of its own JNA runs ldconfig to find libraries
            if (System.getProperty(SEARCH_PATH) == null) {
                System.setProperty(SEARCH_PATH, "");
            }
            Native.register(Libc.class, NativeLibrary.getProcess());
            return null;
        } catch (LinkageError | RuntimeException e) {
            return e;
        }
    }

    /** Whether the functions below can be called. */
    static boolean available() {
        return LOAD_FAILURE == null;
    }

    /** Zeroed memory for a structure that only the C library reads and writes. */
    static Memory opaque() {
        Memory memory = new Memory(OPAQUE_BYTES);
        memory.clear();
        return memory;
    }

    // posix_spawn(3) and its kin return the error number instead of setting errno
    static native int posix_spawn(
            Pointer pid, Pointer path, Pointer actions, Pointer attributes, Pointer argv, Pointer envp);

    static native int posix_spawnattr_init(Pointer attributes);

    static native int posix_spawnattr_destroy(Pointer attributes);

    static native int posix_spawnattr_setflags(Pointer attributes, short flags);

    static native int posix_spawnattr_setsigmask(Pointer attributes, Pointer mask);

    static native int pthread_sigmask(int how, Pointer set, Pointer previous);

    static native int sigdelset(Pointer set, int signal);

    static native int wait4(int pid, Pointer status, int options, Pointer usage) throws LastErrorException;

    static native int waitid(int idType, int id, Pointer information, int options) throws LastErrorException;

    static native int kill(int pid, int signal);

    static native int isatty(int descriptor);

    static native int sched_getaffinity(int pid, long maskBytes, Pointer mask);

    static native int close(int descriptor);

    // Variadic in C. On the two platforms above an int or pointer argument travels as in a plain call.
    static native int fcntl(int descriptor, int command, int argument);

    static native int ioctl(int descriptor, long request, Pointer argument);

    static native long syscall(long number, int first, int second);
}
