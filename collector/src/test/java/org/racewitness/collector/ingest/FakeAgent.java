package org.racewitness.collector.ingest;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.racewitness.analyzer.wire.Answer;
import org.racewitness.analyzer.wire.FrameDescriptor;
import org.racewitness.analyzer.wire.FrameWriter;
import org.racewitness.analyzer.wire.Hello;
import org.racewitness.analyzer.wire.Pairs;

/** Speaks the wire format to a collector, as an agent does. Not thread-safe. */
public final class FakeAgent implements Closeable {
    public static final long TICKS_PER_SECOND = 1_000_000_000L;

    private final SocketChannel channel;
    private final long session;
    private final FrameWriter writer;

    private FakeAgent(SocketChannel channel, long session) {
        this.channel = channel;
        this.session = session;
        this.writer = new FrameWriter(session);
    }

    /** @param endpoint as in the environment of a traced command */
    public static FakeAgent connect(String endpoint, long session) throws IOException {
        boolean unix = endpoint.startsWith("unix:");
        SocketAddress address = unix
                ? UnixDomainSocketAddress.of(endpoint.substring("unix:".length()))
                : new InetSocketAddress(
                        "127.0.0.1", Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1)));
        SocketChannel channel = SocketChannel.open(unix ? StandardProtocolFamily.UNIX : StandardProtocolFamily.INET);
        channel.connect(address);
        return new FakeAgent(channel, session);
    }

    public long session() {
        return session;
    }

    public FrameWriter writer() {
        return writer;
    }

    SocketChannel channel() {
        return channel;
    }

    /** What a collector answered. */
    public record Reply(int status, String message) {}

    public Reply hello(String tokenHex) throws IOException {
        return hello(1, tokenHex, ProcessHandle.current().pid());
    }

    Reply hello(int version, String tokenHex, long pid) throws IOException {
        send(helloFrame(version, tokenHex, pid));
        return reply();
    }

    /** Of a process that belongs to a run of a service. */
    public Reply helloFor(String run, String tokenHex) throws IOException {
        send(helloFrame(1, tokenHex, session, Map.of("run", run, "argv", "[\"app.py\", \"<b>\"]")));
        return reply();
    }

    ByteBuffer helloFrame(int version, String tokenHex, long pid) {
        return helloFrame(version, tokenHex, pid, Map.of());
    }

    private ByteBuffer helloFrame(int version, String tokenHex, long pid, Map<String, String> more) {
        Map<String, String> pairs = new LinkedHashMap<>();
        pairs.put("python", "3.13.5");
        pairs.put("freeThreaded", "1");
        pairs.put("gilEnabled", "0");
        pairs.putAll(more);
        return writer.hello(new Hello(
                version,
                session,
                (int) pid,
                1,
                TICKS_PER_SECOND,
                0,
                System.currentTimeMillis() * 1_000_000L,
                0,
                HexFormat.of().parseHex(tokenHex),
                pairs));
    }

    public Reply reply() throws IOException {
        ByteBuffer head = ByteBuffer.allocate(Answer.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        fill(head);
        if (head.getInt(0) != Answer.MAGIC) {
            throw new IOException("no answer: " + Integer.toHexString(head.getInt(0)));
        }
        ByteBuffer message = ByteBuffer.allocate(head.getShort(6) & 0xffff);
        fill(message);
        return new Reply(
                head.getShort(4) & 0xffff,
                StandardCharsets.UTF_8.decode(message.flip()).toString());
    }

    public void send(ByteBuffer frame) throws IOException {
        ByteBuffer left = frame.duplicate();
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    /** The frame that an agent sends last. */
    public void end(long records) throws IOException {
        Map<String, String> pairs = new LinkedHashMap<>();
        pairs.put("reason", "exit");
        pairs.put("records", Long.toString(records));
        pairs.put("lost", "0");
        pairs.put("gilEnabled", "0");
        send(writer.processFrame(FrameDescriptor.TYPE_END, 0, Pairs.encode(pairs)));
    }

    /** Whether the collector has closed the connection; waits for it. */
    public boolean isClosedByPeer() throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        try {
            return channel.read(one) < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    private void fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new IOException("connection closed after " + buffer.position() + " bytes");
            }
        }
    }

    /** Ends the connection, as the end of a process does. */
    public void hangUp() throws IOException {
        channel.close();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
