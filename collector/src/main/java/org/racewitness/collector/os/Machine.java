package org.racewitness.collector.os;

import com.sun.jna.Memory;
import java.util.BitSet;

/** The machine and the terminal as far as a run depends on them. */
public final class Machine {
    private static final int STDERR = 2;
    private static final int MASK_BYTES = 8192; // 65,536 processors
    private static final int DEFAULT_COLUMNS = 80;

    private Machine() {}

    /** Loads what the other methods need, which takes about 100 ms; meant for a thread that has nothing better to do. */
    public static void warmUp() {
        Libc.available();
    }

    /** Processors that this process, and so the command, may use: sched_getaffinity(2), else what the JVM counts. */
    public static int processors() {
        if (Libc.available()) {
            try (Memory mask = new Memory(MASK_BYTES)) {
                mask.clear();
                int bytes = Libc.sched_getaffinity(0, MASK_BYTES, mask);
                int count = BitSet.valueOf(mask.getByteArray(0, MASK_BYTES)).cardinality();
                if (bytes >= 0 && count > 0) {
                    return count;
                }
            }
        }
        return Runtime.getRuntime().availableProcessors();
    }

    /** Whether stderr is a terminal; where that cannot be asked, it is not. */
    public static boolean stderrIsTerminal() {
        return Libc.available() && Libc.isatty(STDERR) == 1;
    }

    /** Width of the terminal behind stderr, 80 where it is none or does not say. */
    public static int stderrColumns() {
        int columns = stderrIsTerminal() ? stderrSize(2) : 0;
        return columns > 0 ? columns : DEFAULT_COLUMNS;
    }

    /** @param field offset in struct winsize: 0 rows, 2 columns; 0 is returned where the terminal does not say */
    static int stderrSize(int field) {
        try (Memory size = new Memory(8)) { // struct winsize: u16 rows, u16 columns, ...
            size.clear();
            return Libc.ioctl(STDERR, Libc.TIOCGWINSZ, size) == 0 ? size.getShort(field) & 0xffff : 0;
        }
    }
}
