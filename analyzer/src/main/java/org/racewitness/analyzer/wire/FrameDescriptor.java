package org.racewitness.analyzer.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Offsets of a frame's header. The encoder in C is {@code agent-py/src/racewitness/_core/wire.h}.
 *
 * <pre>
 *  0        4    5     6          8         16       20         24         32     40        44       48
 * +--------+----+-----+----------+---------+--------+----------+----------+------+---------+--------+---------
 * | magic  |type|flags| header   | session | thread | payload  | sequence | time | records | crc32c | payload
 * | "RWF1" | u8 | u8  | bytes u16| u64     | u32    | bytes u32| u64      | u64  | u32     | u32    |
 * +--------+----+-----+----------+---------+--------+----------+----------+------+---------+--------+---------
 * </pre>
 *
 * <p>All methods take the buffer's byte order to be little-endian (see {@link #littleEndian}) and {@code at} to be the absolute index of
 * the frame's first byte. None of them moves the buffer's position.
 */
public final class FrameDescriptor {
    public static final int MAGIC = 0x31465752;
    public static final int HEADER_BYTES = 48;

    public static final int TYPE_HELLO = 1;
    public static final int TYPE_RECORDS = 2;
    public static final int TYPE_MARK = 3;
    public static final int TYPE_END = 4;
    public static final int TYPE_STATUS = 5;

    static final int MAGIC_OFFSET = 0;
    static final int TYPE_OFFSET = 4;
    static final int FLAGS_OFFSET = 5;
    static final int HEADER_BYTES_OFFSET = 6;
    static final int SESSION_OFFSET = 8;
    static final int THREAD_OFFSET = 16;
    static final int PAYLOAD_BYTES_OFFSET = 20;
    static final int SEQUENCE_OFFSET = 24;
    static final int TIME_OFFSET = 32;
    static final int RECORDS_OFFSET = 40;
    static final int CRC_OFFSET = 44;

    private static final byte[] ZERO_CRC = new byte[Integer.BYTES];

    private FrameDescriptor() {}

    /** A view of the same bytes in the order of the wire, with the same position and limit. */
    public static ByteBuffer littleEndian(ByteBuffer buffer) {
        return buffer.order() == ByteOrder.LITTLE_ENDIAN
                ? buffer
                : buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    public static int magic(ByteBuffer buffer, int at) {
        return buffer.getInt(at + MAGIC_OFFSET);
    }

    public static int type(ByteBuffer buffer, int at) {
        return buffer.get(at + TYPE_OFFSET) & 0xFF;
    }

    /** 0 to 65,535; less than {@link #HEADER_BYTES} is malformed. */
    public static int headerBytes(ByteBuffer buffer, int at) {
        return buffer.getShort(at + HEADER_BYTES_OFFSET) & 0xFFFF;
    }

    public static long session(ByteBuffer buffer, int at) {
        return buffer.getLong(at + SESSION_OFFSET);
    }

    /** The thread's uid as an unsigned number, 0 for a frame of the process. */
    public static int thread(ByteBuffer buffer, int at) {
        return buffer.getInt(at + THREAD_OFFSET);
    }

    /** Unsigned, so at most 2^32 - 1; more than {@link WireLimits#MAX_PAYLOAD_BYTES} is malformed. */
    public static long payloadBytes(ByteBuffer buffer, int at) {
        return buffer.getInt(at + PAYLOAD_BYTES_OFFSET) & 0xFFFF_FFFFL;
    }

    public static long sequence(ByteBuffer buffer, int at) {
        return buffer.getLong(at + SEQUENCE_OFFSET);
    }

    /** The agent's clock when the frame was made, in ticks of {@link Hello#ticksPerSecond}. */
    public static long time(ByteBuffer buffer, int at) {
        return buffer.getLong(at + TIME_OFFSET);
    }

    /** How many records the payload is said to hold, unsigned. */
    public static long records(ByteBuffer buffer, int at) {
        return buffer.getInt(at + RECORDS_OFFSET) & 0xFFFF_FFFFL;
    }

    public static int crc(ByteBuffer buffer, int at) {
        return buffer.getInt(at + CRC_OFFSET);
    }

    /** CRC-32C of the frame's {@code bytes} bytes with its checksum field read as 0. */
    public static int computeCrc(ByteBuffer buffer, int at, int bytes) {
        CRC32C crc = new CRC32C();
        ByteBuffer view = buffer.duplicate();
        view.limit(at + CRC_OFFSET).position(at);
        crc.update(view);
        crc.update(ZERO_CRC, 0, ZERO_CRC.length);
        view.limit(at + bytes).position(at + CRC_OFFSET + Integer.BYTES);
        crc.update(view);
        return (int) crc.getValue();
    }

    /**
     * What is wrong with the header's lengths, or null. Needs {@link #HEADER_BYTES} bytes from {@code at} and does not look behind them, so
     * that a length is known to be sane before anything of that length is waited for.
     */
    public static String lengthFault(ByteBuffer buffer, int at) {
        if (magic(buffer, at) != MAGIC) {
            return String.format("not a frame: magic 0x%08x, expected 0x%08x", magic(buffer, at), MAGIC);
        }
        if (headerBytes(buffer, at) < HEADER_BYTES) {
            return "malformed frame: header of " + headerBytes(buffer, at) + " bytes, at least " + HEADER_BYTES;
        }
        if (payloadBytes(buffer, at) > WireLimits.MAX_PAYLOAD_BYTES) {
            return "malformed frame: payload of " + payloadBytes(buffer, at) + " bytes exceeds the bound of "
                    + WireLimits.MAX_PAYLOAD_BYTES;
        }
        return null;
    }

    /** Header and payload in bytes; only where {@link #lengthFault} found nothing. */
    public static int frameBytes(ByteBuffer buffer, int at) {
        return headerBytes(buffer, at) + (int) payloadBytes(buffer, at);
    }

    /** The name of a frame type in dumps and messages. */
    public static String typeName(int type) {
        return switch (type) {
            case TYPE_HELLO -> "HELLO";
            case TYPE_RECORDS -> "RECORDS";
            case TYPE_MARK -> "MARK";
            case TYPE_END -> "END";
            case TYPE_STATUS -> "STATUS";
            default -> "TYPE_" + type;
        };
    }
}
