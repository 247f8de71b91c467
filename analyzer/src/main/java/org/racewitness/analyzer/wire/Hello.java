package org.racewitness.analyzer.wire;

import java.nio.ByteBuffer;
import java.util.Map;

/**
 * What a process says of itself in the first frame of its session. Immutable.
 *
 * <pre>
 *  0          2       4     8            12      16               24               32                36..40
 * +----------+-------+-----+------------+-------+----------------+----------------+-----------------
 * | version  | 0     | pid | parent pid | 0     | ticks per      | ticks at start | Unix time at
 * | u16      | u16   | u32 | u32        | u32   | second u64     | u64            | start in ns u64 (32..40)
 * +----------+-------+-----+------------+-------+----------------+----------------+-----------------
 * | parent session u64 (40..48) | token, 32 bytes (48..80) | pairs (80..)
 * </pre>
 *
 * @param session of the frame, not of the payload
 * @param pid as the process knows it, unsigned
 * @param ticksPerSecond of all times in the session's frames and records; 0 in no valid HELLO
 * @param parentSession the session of the parent when this process is its forked child, else 0
 * @param token owned by this record; compare in constant time
 * @param pairs unmodifiable: {@code python}, {@code freeThreaded}, ...
 */
public record Hello(
        int version,
        long session,
        int pid,
        int parentPid,
        long ticksPerSecond,
        long ticksAtStart,
        long unixNanosAtStart,
        long parentSession,
        byte[] token,
        Map<String, String> pairs) {
    public static final int TOKEN_BYTES = 32;

    /**
     * @param frame a whole frame of type HELLO
     * @throws WireFormatException when the payload ends too early or can not be
     */
    public static Hello read(ByteBuffer frame) throws WireFormatException {
        ByteBuffer buffer = FrameDescriptor.littleEndian(frame);
        int at = buffer.position();
        WireCursor cursor = new WireCursor(FramePayload.of(buffer));
        int version = cursor.u16("the version");
        cursor.u16("HELLO");
        int pid = cursor.u32("the pid");
        int parentPid = cursor.u32("the parent's pid");
        cursor.u32("HELLO");
        long ticksPerSecond = cursor.u64("the ticks per second");
        if (ticksPerSecond <= 0) {
            throw new WireFormatException(
                    "malformed HELLO: " + Long.toUnsignedString(ticksPerSecond) + " ticks per second");
        }
        return new Hello(
                version,
                FrameDescriptor.session(buffer, at),
                pid,
                parentPid,
                ticksPerSecond,
                cursor.u64("the ticks at start"),
                cursor.u64("the time at start"),
                cursor.u64("the parent's session"),
                cursor.bytes(TOKEN_BYTES, "the token"),
                Pairs.read(cursor));
    }

    /** The value of a pair, or "" where the process did not say. */
    public String pair(String key) {
        return pairs.getOrDefault(key, "");
    }

    /** CPython's version, {@code ?} unknown. */
    public String python() {
        return pairs.getOrDefault("python", "?");
    }

    public boolean freeThreaded() {
        return pair("freeThreaded").equals("1");
    }

    /** Whether the process keeps accesses back and tells them in ACCESS_LATE records. */
    public boolean tellsLate() {
        return pair("filter").equals("on");
    }

    /** As of the start of the process. */
    public boolean gilEnabled() {
        return pair("gilEnabled").equals("1");
    }

    /** The payload that {@link #read} turns into an equal record. */
    public byte[] encode() {
        byte[] encodedPairs = Pairs.encode(pairs);
        byte[] payload = new byte[48 + TOKEN_BYTES + encodedPairs.length];
        FrameDescriptor.littleEndian(ByteBuffer.wrap(payload))
                .putShort((short) version)
                .putShort((short) 0)
                .putInt(pid)
                .putInt(parentPid)
                .putInt(0)
                .putLong(ticksPerSecond)
                .putLong(ticksAtStart)
                .putLong(unixNanosAtStart)
                .putLong(parentSession)
                .put(token)
                .put(encodedPairs);
        return payload;
    }
}
