package org.racewitness.analyzer.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The lists of names and values that HELLO, END and STATUS frames carry: {@code u16 count}, then each as two texts of u16 length. */
public final class Pairs {
    private Pairs() {}

    /**
     * @return unmodifiable, in the order of the wire; of a key that comes twice the last value
     * @throws WireFormatException when the payload ends too early
     */
    public static Map<String, String> read(ByteBuffer payload) throws WireFormatException {
        return read(new WireCursor(payload));
    }

    static Map<String, String> read(WireCursor cursor) throws WireFormatException {
        int count = cursor.u16("the number of pairs");
        Map<String, String> pairs = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String key = cursor.text("the key of pair " + i);
            pairs.put(key, cursor.text("the value of " + key));
        }
        return Collections.unmodifiableMap(pairs);
    }

    /** The bytes that {@link #read} turns into the same map. Texts of more than 65,535 bytes are the caller's mistake. */
    public static byte[] encode(Map<String, String> pairs) {
        int bytes = Short.BYTES;
        for (Map.Entry<String, String> pair : pairs.entrySet()) {
            bytes += 2 * Short.BYTES + utf8(pair.getKey()).length + utf8(pair.getValue()).length;
        }
        ByteBuffer out = FrameDescriptor.littleEndian(ByteBuffer.allocate(bytes));
        out.putShort(u16(pairs.size()));
        pairs.forEach((key, value) -> {
            put(out, utf8(key));
            put(out, utf8(value));
        });
        byte[] encoded = new byte[bytes];
        out.get(0, encoded);
        return encoded;
    }

    private static void put(ByteBuffer out, byte[] text) {
        out.putShort(u16(text.length));
        out.put(text);
    }

    private static short u16(int value) {
        if (value > 0xFFFF) {
            throw new IllegalArgumentException("does not fit 16 bits: " + value);
        }
        return (short) value;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The number under a key, or {@code otherwise} where there is none or it is no number. */
    public static long number(Map<String, String> pairs, String key, long otherwise) {
        String text = pairs.get(key);
        try {
            return text == null ? otherwise : Long.parseLong(text);
        } catch (NumberFormatException notANumber) {
            return otherwise;
        }
    }
}
