package org.racewitness.collector.os;

/**
 * How a command ended: exactly one of the first two is set.
 *
 * @param exitStatus 0 to 255, null when a signal ended it
 * @param signal number of the signal that ended it, null when it exited
 * @param usage what it and its finished children used, null where the system does not say
 */
public record CommandStatus(Integer exitStatus, Integer signal, ResourceUsage usage) {

    /**
     * Resources of a process and those of its children that it waited for (wait4(2)).
     *
     * @param userMicros processor time in user mode, microseconds
     * @param systemMicros processor time in the kernel, microseconds
     */
    public record ResourceUsage(long userMicros, long systemMicros) {}

    /** The status that a shell gives: the command's own, or 128 + N for signal N. */
    public int shellStatus() {
        return signal != null ? 128 + signal : exitStatus;
    }
}
