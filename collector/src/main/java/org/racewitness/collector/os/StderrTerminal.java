package org.racewitness.collector.os;

import com.sun.jna.Memory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The terminal behind stderr. */
public final class StderrTerminal implements Terminal {
    private static final int STDERR = 2;
    /** Offset of {@code c_lflag} in {@code struct termios} as the kernel of Linux fills it in. */
    private static final int LOCAL_FLAGS = 12;

    private static final int ICANON = 2;
    private static final int ECHO = 8;

    private final FileOutputStream out = new FileOutputStream(FileDescriptor.err);

    private StderrTerminal() {}

    /** Null where stderr is no terminal, or one that understands no control sequences. */
    public static Terminal open() {
        String kind = System.getenv("TERM");
        boolean able = kind != null && !kind.isEmpty() && !kind.equals("dumb");
        return able && Machine.stderrIsTerminal() ? new StderrTerminal() : null;
    }

    @Override
    public int rows() {
        return Machine.stderrSize(0);
    }

    @Override
    public int columns() {
        return Machine.stderrSize(2);
    }

    @Override
    public boolean isShared() {
        try (Memory termios = new Memory(Libc.OPAQUE_BYTES)) {
            termios.clear();
            boolean told = Libc.ioctl(STDERR, Libc.TCGETS, termios) == 0;
            int flags = termios.getInt(LOCAL_FLAGS);
            return told && (flags & ICANON) != 0 && (flags & ECHO) != 0 && Signals.terminalReachesCommand();
        }
    }

    @Override
    public void write(String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // the terminal is gone, and with it whoever looked at the line
        }
    }
}
