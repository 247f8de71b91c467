package org.racewitness.collector.service;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.racewitness.collector.cli.RacyTrace;
import org.racewitness.collector.ingest.Endpoint;
import org.racewitness.collector.ingest.FakeAgent;
import org.racewitness.collector.ingest.IngestLimits;
import org.racewitness.collector.ingest.SessionToken;

/** A service in this process, at a free port and at a unix socket. */
final class ServiceUnderTest implements AutoCloseable {
    static final String VERSION = "1.2.3";

    /** A run without a client ends as soon as nobody is connected. */
    static final Duration AT_ONCE = Duration.ofMillis(1);

    static final Duration NEVER = Duration.ofHours(1);

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final SessionToken token = SessionToken.random();
    final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final Endpoint tcp;
    private final Endpoint unix;
    private final CollectorService service;
    private boolean stopped;

    /** Who connects has said who it is by then, however slow the machine. */
    private static final Duration PATIENT = Duration.ofMinutes(5);

    ServiceUnderTest(Path folder, Path socket, int maxRuns, int maxConnections, int keep, Duration idle)
            throws Exception {
        this(folder, socket, maxRuns, maxConnections, keep, idle, PATIENT);
    }

    /** @param handshake how long one that has connected may say nothing */
    ServiceUnderTest(
            Path folder, Path socket, int maxRuns, int maxConnections, int keep, Duration idle, Duration handshake)
            throws Exception {
        tcp = Endpoint.tcpAt(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        unix = Endpoint.unixAt(socket);
        IngestLimits limits = new IngestLimits(3, 8 << 20, 2 << 20, 128 << 20, handshake);
        service = new CollectorService(
                new ServiceSettings(folder, maxRuns, maxConnections, keep, idle, VERSION, limits),
                List.of(tcp, unix),
                token,
                said::add);
        service.start();
    }

    static ServiceUnderTest in(Path directory, Duration idle) throws Exception {
        return new ServiceUnderTest(directory.resolve("reports"), directory.resolve("s"), 3, 100, 100, idle);
    }

    FakeAgent agent(long session) throws IOException {
        return FakeAgent.connect(tcp.address(), session);
    }

    FakeAgent unixAgent(long session) throws IOException {
        return FakeAgent.connect(unix.address(), session);
    }

    String http() {
        return "http://" + tcp.address().substring("tcp:".length());
    }

    /** A process of a run, which sends all that it has and ends. */
    void runOne(String run, long session, List<RacyTrace.Stream> streams) throws IOException {
        try (FakeAgent agent = agent(session)) {
            FakeAgent.Reply reply = agent.helloFor(run, token.hex());
            if (reply.status() != 0) {
                throw new IOException(reply.message());
            }
            for (var frame : RacyTrace.frames(agent.writer(), streams)) {
                agent.send(frame);
            }
            agent.end(RacyTrace.records(streams));
        }
    }

    HttpResponse<String> get(String path) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(http() + path)).header("Authorization", "Bearer " + token.hex()));
    }

    HttpResponse<String> post(String path, String body) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(http() + path))
                .header("Authorization", "Bearer " + token.hex())
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.timeout(Duration.ofSeconds(300)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The next line that holds that text. */
    String awaitLine(String part) throws InterruptedException {
        StringBuilder others = new StringBuilder();
        for (String line = said.poll(300, TimeUnit.SECONDS); line != null; line = said.poll(300, TimeUnit.SECONDS)) {
            if (line.contains(part)) {
                return line;
            }
            others.append(line).append('\n');
        }
        throw new AssertionError("the service never said: " + part + " but\n" + others);
    }

    void stop() {
        stopped = true;
        service.stop("the test stopped it").orTimeout(300, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        if (!stopped) {
            stop();
        }
    }
}
