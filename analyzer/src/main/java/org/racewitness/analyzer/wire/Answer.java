package org.racewitness.analyzer.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A collector's answer to HELLO: {@code u32 magic "RWA1" | u16 status | u16 message length | message}. */
public enum Answer {
    ACCEPTED(0),
    WRONG_TOKEN(1),
    VERSION_NOT_SUPPORTED(2),
    MALFORMED(3),
    TOO_MANY_SESSIONS(4);

    public static final int MAGIC = 0x31415752;
    public static final int HEADER_BYTES = 8;

    private final int status;

    Answer(int status) {
        this.status = status;
    }

    public int status() {
        return status;
    }

    /** @param message one line for the program's stderr, cut to 4 KiB; "" when accepted */
    public ByteBuffer encode(String message) {
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, WireLimits.MAX_TEXT_BYTES);
        return ByteBuffer.allocate(HEADER_BYTES + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(MAGIC)
                .putShort((short) status)
                .putShort((short) length)
                .put(text, 0, length)
                .flip();
    }
}
