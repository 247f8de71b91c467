package org.racewitness.collector.remote;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.racewitness.analyzer.wire.Answer;
import org.racewitness.analyzer.wire.FrameWriter;
import org.racewitness.analyzer.wire.Hello;
import org.racewitness.analyzer.wire.WireFormatException;
import org.racewitness.collector.ingest.RunSink;
import org.racewitness.collector.ingest.SessionSink;
import org.racewitness.collector.ingest.SessionToken;
import org.racewitness.collector.run.FramedSession;

/**
 * Passes each session on over a connection of its own, with the run's name and the service's token in its HELLO. Writing blocks while the service does not
 * read, and so back-pressure reaches the program. Used by the analysis thread.
 */
final class RemoteSink implements RunSink {
    private static final byte[] NO_TOKEN = new byte[Hello.TOKEN_BYTES];

    private final CollectorAddress address;
    private final SessionToken token;
    private final String run;
    /** Set by the first failure: the service is not asked again for each process of the run. */
    private boolean lost;

    /** @param token null where the kernel says who is there */
    RemoteSink(CollectorAddress address, SessionToken token, String run) {
        this.address = address;
        this.token = token;
        this.run = run;
    }

    @Override
    public SessionSink open(long session) {
        return new FramedSession(session, new Forwarding());
    }

    private final class Forwarding implements FramedSession.Output {
        /** Null before the HELLO. */
        private SocketChannel channel;

        @Override
        public void frame(ByteBuffer bytes) throws IOException {
            if (lost) {
                return;
            }
            try {
                if (channel == null) {
                    channel = address.connect();
                    write(asOurs(bytes));
                    readAnswer();
                } else {
                    write(bytes);
                }
            } catch (IOException e) {
                lost = true;
                throw new CollectorLostException(
                        "the collector at " + address + " was lost during the run: " + e.getMessage(), e);
            }
        }

        @Override
        public void status(ByteBuffer bytes) throws IOException {
            try {
                frame(bytes);
            } finally {
                if (channel != null) {
                    channel.close();
                }
            }
        }

        private ByteBuffer asOurs(ByteBuffer frame) throws IOException {
            try {
                Hello hello = Hello.read(frame);
                Map<String, String> pairs = new LinkedHashMap<>(hello.pairs());
                pairs.put("run", run);
                return new FrameWriter(hello.session())
                        .hello(new Hello(
                                hello.version(),
                                hello.session(),
                                hello.pid(),
                                hello.parentPid(),
                                hello.ticksPerSecond(),
                                hello.ticksAtStart(),
                                hello.unixNanosAtStart(),
                                hello.parentSession(),
                                token == null ? NO_TOKEN : token.bytes(),
                                pairs));
            } catch (WireFormatException e) {
                throw new IOException("a session that was let in begins with no HELLO: " + e.getMessage(), e);
            }
        }

        private void readAnswer() throws IOException {
            ByteBuffer head = read(Answer.HEADER_BYTES);
            if (head.getInt(0) != Answer.MAGIC) {
                throw new IOException("what listens there is no racewitness collector");
            }
            String message = StandardCharsets.UTF_8
                    .decode(read(head.getShort(6) & 0xffff))
                    .toString();
            if (head.getShort(4) != Answer.ACCEPTED.status()) {
                throw new IOException(message);
            }
        }

        private ByteBuffer read(int bytes) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer) < 0) {
                    throw new IOException("it closed the connection");
                }
            }
            return buffer.flip();
        }

        private void write(ByteBuffer bytes) throws IOException {
            ByteBuffer left = bytes.duplicate();
            while (left.hasRemaining()) {
                channel.write(left);
            }
        }
    }
}
