package org.racewitness.analyzer.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Bounds-checked reading of a frame's payload field by field, for the frames that are not hot. Not thread-safe. */
final class WireCursor {
    private final ByteBuffer buffer;

    WireCursor(ByteBuffer payload) {
        buffer = FrameDescriptor.littleEndian(payload.duplicate());
    }

    int u16(String what) throws WireFormatException {
        require(Short.BYTES, what);
        return buffer.getShort() & 0xFFFF;
    }

    int u32(String what) throws WireFormatException {
        require(Integer.BYTES, what);
        return buffer.getInt();
    }

    long u64(String what) throws WireFormatException {
        require(Long.BYTES, what);
        return buffer.getLong();
    }

    byte[] bytes(int length, String what) throws WireFormatException {
        require(length, what);
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }

    /** A u16 length and as many bytes of UTF-8; what is no UTF-8 becomes U+FFFD. */
    String text(String what) throws WireFormatException {
        return new String(bytes(u16("length of " + what), what), StandardCharsets.UTF_8);
    }

    private void require(int length, String what) throws WireFormatException {
        if (length > buffer.remaining()) {
            throw new WireFormatException(
                    "Truncated: length " + length + " > bytes available " + buffer.remaining() + " reading " + what);
        }
    }
}
