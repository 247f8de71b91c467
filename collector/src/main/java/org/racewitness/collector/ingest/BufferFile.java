package org.racewitness.collector.ingest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a process had written and not yet sent when it was killed. Layout, drawn in {@code docs/wire-format.md} and written by the agent's buffers in C:
 *
 * <pre>
 *  4096 bytes: u64 magic "RWBUF001" | u64 session | u32 slots | u32 slot data bytes, a power of two | u32 last word | u32 its number
 *  slot i at 4096 + i * (4096 + slot data bytes):
 *      4096 bytes: u64 thread uid (0 free) | u64 committed | u64 sent | ...
 *      the ring: position p of the thread's stream at byte p mod slot data bytes
 * </pre>
 *
 * <p>The file was written by a process that may have crashed at any moment with any of its memory broken: nothing in it is trusted, and what does not
 * add up is named and left out.
 */
final class BufferFile {
    private static final byte[] MAGIC = {'R', 'W', 'B', 'U', 'F', '0', '0', '1'};
    private static final int PAGE = 4096;
    private static final int MIN_SLOT_BYTES = 4096;
    private static final int MAX_SLOT_BYTES = 1 << 30;
    private static final int WORD = 8;
    private static final int HEAD_BYTES = 32;
    /** Last words: what the process was about to do. */
    private static final int EXIT = 1;

    private static final int EXEC = 2;
    private static final int SIGNAL = 3;
    /** Read at once; larger than any record. */
    private static final int PIECE_BYTES = 4 << 20;

    private final Path file;
    private final long session;

    private BufferFile(Path file, long session) {
        this.file = file;
        this.session = session;
    }

    static BufferFile of(Path directory, long session) {
        return new BufferFile(directory.resolve(String.format("%016x.rwb", session)), session);
    }

    /** How the process said it was about to end, null where it said nothing that can be read. */
    ProcessEnd lastWord() {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer head = read(channel, 0, HEAD_BYTES);
            return headFault(head) != null ? null : lastWord(head.getInt(24), head.getInt(28));
        } catch (IOException e) {
            return null; // recover() meets it again, and tells
        }
    }

    private static ProcessEnd lastWord(int word, int number) {
        return switch (word) {
            case EXIT -> number < 0 || number > 255 ? null : ProcessEnd.exited(number);
            case EXEC -> ProcessEnd.EXEC;
            case SIGNAL -> number < 1 || number > 64 ? null : ProcessEnd.killed(number);
            default -> null;
        };
    }

    /**
     * Hands over what had been committed and has not arrived, thread by thread.
     *
     * @return one sentence on what could not be used, null when all could
     * @throws IOException when the file cannot be read
     */
    String recover(SessionSink sink) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return null;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer head = read(channel, 0, HEAD_BYTES);
            String fault = headFault(head);
            if (fault != null) {
                return "its buffer file is not usable: " + fault;
            }
            long slots = head.getInt(16) & 0xffff_ffffL;
            int slotBytes = head.getInt(20);
            int bad = 0;
            for (long i = 0; i < slots; i++) {
                long at = PAGE + i * ((long) PAGE + slotBytes);
                if (at + PAGE > channel.size()) {
                    break; // sparse and cut short: slots that were never used
                }
                bad += recoverSlot(channel, at, slotBytes, sink) ? 0 : 1;
            }
            return bad == 0 ? null : bad + " of the buffers that it left held positions that cannot be right";
        }
    }

    private String headFault(ByteBuffer head) {
        if (head.remaining() < HEAD_BYTES) {
            return "only " + head.remaining() + " bytes";
        }
        for (int i = 0; i < MAGIC.length; i++) {
            if (head.get(i) != MAGIC[i]) {
                return "no magic \"RWBUF001\"";
            }
        }
        if (head.getLong(8) != session) {
            return "it belongs to session " + Long.toHexString(head.getLong(8));
        }
        int slotBytes = head.getInt(20);
        if (slotBytes < MIN_SLOT_BYTES || slotBytes > MAX_SLOT_BYTES || Integer.bitCount(slotBytes) != 1) {
            return "slots of " + (slotBytes & 0xffff_ffffL) + " bytes";
        }
        return null;
    }

    /** False when the slot's positions contradict themselves or what arrived. */
    private static boolean recoverSlot(FileChannel channel, long at, int slotBytes, SessionSink sink)
            throws IOException {
        ByteBuffer head = read(channel, at, 24);
        if (head.remaining() < 24) {
            return true;
        }
        long uid = head.getLong(0);
        long committed = head.getLong(8);
        if (uid == 0) {
            return true;
        }
        if (uid < 0 || uid > 0xffff_ffffL || committed < 0 || committed % WORD != 0) {
            return false;
        }
        long from = sink.received((int) uid);
        if (from < 0 || committed - from > slotBytes) {
            // overwritten since, which a sender that keeps its rules never allows: the oldest part is gone, the rest
            // may begin inside a record
            return false;
        }
        for (long position = from; position < committed; ) {
            ByteBuffer piece = readRing(channel, at + PAGE, slotBytes, position, committed);
            int whole = RecordBoundary.wholeBytes(piece, piece.position(), piece.remaining());
            if (whole > 0) {
                sink.recovered((int) uid, position, piece.slice(0, whole).order(ByteOrder.LITTLE_ENDIAN));
                position += whole;
            } else {
                // no record begins here: whoever counts the malformed gets to see it, and nothing behind it can be
                // found
                sink.recovered((int) uid, position, piece);
                return false;
            }
        }
        return true;
    }

    /** Ring content from {@code position} on, up to {@code committed} or {@link #PIECE_BYTES}; shorter where the file ends. */
    private static ByteBuffer readRing(FileChannel channel, long ring, int slotBytes, long position, long committed)
            throws IOException {
        int length = (int) Math.min(committed - position, PIECE_BYTES);
        ByteBuffer piece = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        int start = (int) (position & (slotBytes - 1));
        int untilEnd = Math.min(length, slotBytes - start);
        if (fill(channel, ring + start, piece, untilEnd)) {
            fill(channel, ring, piece, length - untilEnd);
        }
        return piece.flip();
    }

    /** Up to {@code bytes} bytes from there, fewer at the end of the file. */
    private static ByteBuffer read(FileChannel channel, long at, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        fill(channel, at, buffer, bytes);
        return buffer.flip();
    }

    private static boolean fill(FileChannel channel, long at, ByteBuffer buffer, int bytes) throws IOException {
        int end = buffer.position() + bytes;
        int limit = buffer.limit();
        buffer.limit(end);
        long from = at;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, from);
            if (read < 0) {
                break;
            }
            from += read;
        }
        boolean whole = !buffer.hasRemaining();
        buffer.limit(limit);
        return whole;
    }
}
