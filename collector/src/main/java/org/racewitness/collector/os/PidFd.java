package org.racewitness.collector.os;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.sun.jna.Memory;
import java.util.OptionalInt;

/**
 * A descriptor of a process, pidfd_open(2): it stands for that very process, also when its parent has waited for it and the pid is given away. Linux 6.15
 * and later tell through it how the process ended, whoever its parent is; elsewhere it knows nothing. Thread-safe.
 */
public final class PidFd implements AutoCloseable {
    /** {@code PIDFD_GET_INFO} with the first {@code struct pidfd_info} (include/uapi/linux/pidfd.h), which later kernels still take. */
    private static final long PIDFD_GET_INFO = 0xc040_ff0bL;

    private static final int INFO_BYTES = 64;
    private static final int EXIT_CODE_OFFSET = 60;
    /** Bit of the first word: asked for, and in the answer there, once the process has been waited for. */
    private static final long PIDFD_INFO_EXIT = 1 << 3;

    /** -1: none, or closed. */
    @GuardedBy("this")
    private int descriptor;

    private PidFd(int descriptor) {
        this.descriptor = descriptor;
    }

    /** A descriptor of the process that has that pid now; where there is none to be had, one that knows nothing. */
    public static PidFd open(long pid) {
        return new PidFd(Libc.available() ? (int) Libc.syscall(Libc.SYS_PIDFD_OPEN, (int) pid, 0) : -1);
    }

    /** How it ended, encoded as by wait(2); empty until its parent has waited for it, and where the kernel does not tell. */
    public synchronized OptionalInt waitStatus() {
        if (descriptor < 0) {
            return OptionalInt.empty();
        }
        try (Memory info = new Memory(INFO_BYTES)) {
            info.clear();
            info.setLong(0, PIDFD_INFO_EXIT);
            boolean told =
                    Libc.ioctl(descriptor, PIDFD_GET_INFO, info) == 0 && (info.getLong(0) & PIDFD_INFO_EXIT) != 0;
            return told ? OptionalInt.of(info.getInt(EXIT_CODE_OFFSET)) : OptionalInt.empty();
        }
    }

    @Override
    public synchronized void close() {
        if (descriptor >= 0) {
            Libc.close(descriptor);
            descriptor = -1;
        }
    }
}
