package org.racewitness.collector.ingest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.racewitness.analyzer.wire.Answer;
import org.racewitness.analyzer.wire.RecordWriter;

@Timeout(600)
class IngestServerTest {
    private static final IngestLimits LIMITS = IngestLimits.DEFAULT;

    @TempDir
    Path directory;

    private final SessionToken token = SessionToken.random();
    private final RecordingSink sink = new RecordingSink();
    private final IngestStats stats = new IngestStats(true);

    private IngestServer server(Endpoint endpoint, IngestLimits limits, RunSink run) {
        ProcessEnds ends = new ProcessEnds() {
            @Override
            public void began(long session, long pid) {}

            @Override
            public CompletionStage<ProcessEnd> of(ClosedSession session) {
                return CompletableFuture.completedStage(session.saidGoodbye() ? ProcessEnd.EXIT : ProcessEnd.UNKNOWN);
            }
        };
        IngestServer server = new IngestServer(endpoint, token, limits, stats, run, ends);
        server.start();
        return server;
    }

    /** Waits for everything that was connected, as a run does. */
    private static void finish(IngestServer server) throws Exception {
        server.backlogAccepted().get(300, TimeUnit.SECONDS);
        server.quiet().get(300, TimeUnit.SECONDS);
        server.finish();
        assertEquals(List.of(), server.failures());
    }

    private static ByteBuffer records(FakeAgent agent, long position, int count) {
        RecordWriter records = new RecordWriter();
        for (int i = 0; i < count; i++) {
            records.access(2, 0, 1, 1, i);
        }
        return agent.writer().records(1, position, 0, count, records.take());
    }

    @ParameterizedTest
    @ValueSource(strings = {"unix", "tcp"})
    void severalSessionsArriveWholeAndInOrder(String kind) throws Exception {
        try (Endpoint endpoint = kind.equals("unix") ? Endpoint.unix(directory) : Endpoint.tcpLoopback(directory);
                IngestServer server = server(endpoint, LIMITS, sink)) {
            assertTrue(endpoint.address().startsWith(kind + ":"), endpoint.address());
            List<FakeAgent> agents = new ArrayList<>();
            List<List<byte[]>> sent = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                FakeAgent agent = FakeAgent.connect(endpoint.address(), 100 + i);
                assertEquals(Answer.ACCEPTED.status(), agent.hello(token.hex()).status());
                agents.add(agent);
                sent.add(new ArrayList<>());
            }
            long position = 0;
            for (int round = 0; round < 20; round++) {
                int bytes = 0;
                for (int i = 0; i < agents.size(); i++) {
                    ByteBuffer frame = records(agents.get(i), position, 1 + round * 50);
                    bytes = frame.remaining() - 48;
                    sent.get(i).add(Bytes.of(frame));
                    agents.get(i).send(frame);
                }
                position += bytes;
            }
            for (FakeAgent agent : agents) {
                agent.end(0);
                agent.hangUp();
            }
            finish(server);
            assertEquals(5, server.sessionCount().get());
            for (int i = 0; i < agents.size(); i++) {
                List<byte[]> arrived = sink.frames.get(100L + i);
                assertEquals(22, arrived.size(), "HELLO, twenty of RECORDS, END");
                for (int round = 0; round < 20; round++) {
                    assertArrayEquals(sent.get(i).get(round), arrived.get(round + 1));
                }
                List<String> lines = sink.lines.get(100L + i);
                assertEquals("finish exit", lines.get(lines.size() - 1));
            }
            assertEquals(5 * 22, stats.frames());
            assertEquals(5 * 22, stats.lagNanos().getTotalCount());
        }
    }

    @Test
    void wrongTokenIsRefusedWithAnAnswer() throws Exception {
        try (Endpoint endpoint = Endpoint.unix(directory);
                IngestServer server = server(endpoint, LIMITS, sink);
                FakeAgent agent = FakeAgent.connect(endpoint.address(), 1)) {
            FakeAgent.Reply reply = agent.hello(SessionToken.random().hex());
            assertEquals(Answer.WRONG_TOKEN.status(), reply.status());
            assertEquals(
                    "racewitness: not observed: wrong session token: this collector belongs to another run",
                    reply.message());
            assertTrue(agent.isClosedByPeer());
            finish(server);
            assertEquals(0, server.sessionCount().get());
            assertEquals(
                    List.of("wrong session token: this collector belongs to another run"),
                    server.refusals().get());
            assertEquals(1, stats.refused());
        }
    }

    @Test
    void anotherVersionIsRefused() throws Exception {
        try (Endpoint endpoint = Endpoint.unix(directory);
                IngestServer server = server(endpoint, LIMITS, sink);
                FakeAgent agent = FakeAgent.connect(endpoint.address(), 1)) {
            FakeAgent.Reply reply = agent.hello(2, token.hex(), 7);
            assertEquals(Answer.VERSION_NOT_SUPPORTED.status(), reply.status());
            assertTrue(reply.message().contains("wire format 2, this collector reads 1"), reply.message());
            finish(server);
        }
    }

    @Test
    void whatIsNoHelloIsRefused() throws Exception {
        try (Endpoint endpoint = Endpoint.unix(directory);
                IngestServer server = server(endpoint, LIMITS, sink);
                FakeAgent first = FakeAgent.connect(endpoint.address(), 1);
                FakeAgent second = FakeAgent.connect(endpoint.address(), 2)) {
            first.send(
                    ByteBuffer.wrap("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            assertEquals(Answer.MALFORMED.status(), first.reply().status());
            assertTrue(first.isClosedByPeer());
            second.send(records(second, 0, 1));
            assertEquals(Answer.MALFORMED.status(), second.reply().status());
            finish(server);
            assertEquals(2, stats.refused());
        }
    }

    @Test
    void aSilentConnectionIsClosed() throws Exception {
        IngestLimits impatient = new IngestLimits(10, 1 << 20, 1 << 18, 8 << 20, Duration.ofMillis(50));
        try (Endpoint endpoint = Endpoint.unix(directory);
                IngestServer server = server(endpoint, impatient, sink);
                FakeAgent agent = FakeAgent.connect(endpoint.address(), 1)) {
            assertEquals(Answer.MALFORMED.status(), agent.reply().status());
            assertTrue(agent.isClosedByPeer());
            finish(server);
        }
    }

    @Test
    void noMoreSessionsThanAllowedAndNoneTwice() throws Exception {
        IngestLimits two = new IngestLimits(2, 1 << 20, 1 << 18, 8 << 20, Duration.ofSeconds(300));
        try (Endpoint endpoint = Endpoint.unix(directory);
                IngestServer server = server(endpoint, two, sink);
                FakeAgent first = FakeAgent.connect(endpoint.address(), 1);
                FakeAgent again = FakeAgent.connect(endpoint.address(), 1);
                FakeAgent second = FakeAgent.connect(endpoint.address(), 2);
                FakeAgent third = FakeAgent.connect(endpoint.address(), 3)) {
            assertEquals(Answer.ACCEPTED.status(), first.hello(token.hex()).status());
            assertEquals(Answer.MALFORMED.status(), again.hello(token.hex()).status());
            assertEquals(Answer.ACCEPTED.status(), second.hello(token.hex()).status());
            assertEquals(
                    Answer.TOO_MANY_SESSIONS.status(), third.hello(token.hex()).status());
            first.hangUp();
            second.hangUp();
            finish(server);
            assertEquals(List.of("HELLO", "finish unknown"), sink.lines.get(1L));
        }
    }

    @Test
    void damageCostsItselfOnly() throws Exception {
        try (Endpoint endpoint = Endpoint.unix(directory);
                IngestServer server = server(endpoint, LIMITS, sink);
                FakeAgent agent = FakeAgent.connect(endpoint.address(), 1)) {
            agent.hello(token.hex());
            ByteBuffer flipped = records(agent, 24, 1);
            flipped.put(60, (byte) ~flipped.get(60));
            agent.send(records(agent, 0, 1));
            agent.send(flipped);
            agent.send(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            agent.send(records(agent, 48, 1));
            ByteBuffer cut = records(agent, 72, 10);
            agent.send(cut.limit(100));
            agent.hangUp();
            finish(server);
            List<String> lines = sink.lines.get(1L);
            assertEquals(List.of("HELLO", "RECORDS"), lines.subList(0, 2));
            assertEquals(2, lines.stream().filter("RECORDS"::equals).count());
            long damaged = lines.stream()
                    .filter(line -> line.startsWith("damaged "))
                    .mapToLong(line -> Long.parseLong(line.split(" ", -1)[1]))
                    .sum();
            assertEquals(72 + 3 + 100, damaged);
            assertEquals("finish unknown", lines.get(lines.size() - 1));
        }
    }

    @Test
    void statusFramesAndForeignFramesAreNotTakenFromAnAgent() throws Exception {
        try (Endpoint endpoint = Endpoint.unix(directory);
                IngestServer server = server(endpoint, LIMITS, sink);
                FakeAgent agent = FakeAgent.connect(endpoint.address(), 1);
                FakeAgent other = FakeAgent.connect(endpoint.address(), 2)) {
            agent.hello(token.hex());
            agent.send(agent.writer().processFrame(5, 0, new byte[2]));
            agent.send(records(other, 0, 1));
            agent.hangUp();
            other.hangUp();
            finish(server);
            assertEquals(
                    List.of("HELLO", "damaged 50 at -1", "damaged 72 at -1", "finish unknown"), sink.lines.get(1L));
        }
    }

    @Test
    void aSlowAnalysisStopsTheSenderAndLosesNothing() throws Exception {
        IngestLimits small = new IngestLimits(10, 256 << 10, 64 << 10, 8 << 20, Duration.ofSeconds(300));
        CountDownLatch mayGoOn = new CountDownLatch(1);
        RunSink slow = session -> {
            SessionSink fast = sink.open(session);
            return new Delegate(fast, () -> {
                try {
                    mayGoOn.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        };
        int frames = 400;
        int recordsPerFrame = 2000; // 48 kB each, 19 MB in all: more than every buffer on the way
        try (Endpoint endpoint = Endpoint.unix(directory);
                IngestServer server = server(endpoint, small, slow);
                FakeAgent agent = FakeAgent.connect(endpoint.address(), 1)) {
            agent.hello(token.hex());
            CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < frames; i++) {
                        agent.send(records(agent, i * 24L * recordsPerFrame, recordsPerFrame));
                    }
                    agent.end(0);
                    agent.hangUp();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            while (stats.pauses() == 0) {
                Thread.onSpinWait();
            }
            assertFalse(sender.isDone(), "the sender cannot have got rid of everything while nothing is read");
            mayGoOn.countDown();
            sender.get(300, TimeUnit.SECONDS);
            finish(server);
            assertEquals(frames + 2, sink.frames.get(1L).size());
            assertTrue(stats.pauses() >= 1);
        }
    }

    @Test
    void aFailingSinkIsReportedAndTheOthersGoOn() throws Exception {
        RunSink broken = session -> {
            SessionSink fast = sink.open(session);
            return session == 1
                    ? new Delegate(fast, () -> {
                        throw new IllegalStateException("defect");
                    })
                    : fast;
        };
        try (Endpoint endpoint = Endpoint.unix(directory);
                IngestServer server = server(endpoint, LIMITS, broken);
                FakeAgent first = FakeAgent.connect(endpoint.address(), 1);
                FakeAgent second = FakeAgent.connect(endpoint.address(), 2)) {
            first.hello(token.hex());
            second.hello(token.hex());
            first.hangUp();
            second.end(0);
            second.hangUp();
            server.backlogAccepted().get(300, TimeUnit.SECONDS);
            server.quiet().get(300, TimeUnit.SECONDS);
            server.finish();
            assertEquals(1, server.failures().size());
            assertEquals("defect", server.failures().get(0).getMessage());
            assertEquals(List.of("HELLO", "END", "finish exit"), sink.lines.get(2L));
        }
    }

    @Test
    void processesThatGoOnAreNamedAndLeft() throws Exception {
        try (Endpoint endpoint = Endpoint.unix(directory);
                IngestServer server = server(endpoint, LIMITS, sink);
                FakeAgent stays = FakeAgent.connect(endpoint.address(), 1)) {
            stays.hello(1, token.hex(), 4711);
            server.backlogAccepted().get(300, TimeUnit.SECONDS);
            assertEquals(List.of(4711L), server.connectedPids().get());
            CompletableFuture<Void> quiet = server.quiet();
            assertFalse(quiet.isDone());
            server.disconnect(pid -> pid == 1);
            assertEquals(List.of(4711L), server.connectedPids().get());
            server.disconnect(pid -> pid == 4711);
            quiet.get(300, TimeUnit.SECONDS);
            assertTrue(stays.isClosedByPeer());
        }
    }

    /** Does something before each frame. */
    private record Delegate(SessionSink sink, Runnable before) implements SessionSink {
        @Override
        public void frame(ByteBuffer frame) throws IOException {
            before.run();
            sink.frame(frame);
        }

        @Override
        public void damaged(long offset, ByteBuffer bytes, String fault) throws IOException {
            sink.damaged(offset, bytes, fault);
        }

        @Override
        public long received(int threadUid) {
            return sink.received(threadUid);
        }

        @Override
        public void recovered(int threadUid, long position, ByteBuffer records) throws IOException {
            sink.recovered(threadUid, position, records);
        }

        @Override
        public void finish(ProcessEnd end) throws IOException {
            sink.finish(end);
        }
    }
}
