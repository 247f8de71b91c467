package org.racewitness.collector.ingest;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongPredicate;
import org.racewitness.analyzer.wire.Hello;

/**
 * Serves the sessions of one run. Everything that is not final is confined to its event loop, one thread; the public methods may be called from any
 * other thread.
 */
public final class IngestServer implements AutoCloseable {
    /** Reasons of refusals kept for the report. */
    private static final int MAX_REFUSALS = 8;

    private final Endpoint endpoint;
    private final SessionToken token;
    private final IngestLimits limits;
    private final IngestStats stats;
    private final RunSink sink;
    private final ProcessEnds ends;
    private final PeerCheck peers;
    private final AnalysisLoop loop = new AnalysisLoop();
    private final EventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("ingest", true), NioIoHandler.newFactory());
    private final AtomicLong totalPending = new AtomicLong();
    /** The address of the client that {@link #backlogAccepted} waits for; set by any thread, read by the event loop. */
    private final AtomicReference<Drain> drain = new AtomicReference<>();

    // event loop only, from here
    private final Set<Connection> connections = new HashSet<>();
    private final Set<Long> sessions = new HashSet<>();
    private final Set<Long> pids = new HashSet<>();
    private final List<String> refusals = new ArrayList<>();
    private int unfinished;
    private CompletableFuture<Void> quiet;

    private record Drain(SocketAddress client, CompletableFuture<Void> accepted) {}

    /**
     * @param sink where the sessions go
     * @param ends tells how processes ended
     */
    public IngestServer(
            Endpoint endpoint,
            SessionToken token,
            IngestLimits limits,
            IngestStats stats,
            RunSink sink,
            ProcessEnds ends) {
        this.endpoint = endpoint;
        this.token = token;
        this.limits = limits;
        this.stats = stats;
        this.sink = sink;
        this.ends = ends;
        this.peers = PeerCheck.of(endpoint);
    }

    static {
        // before the first class of Netty looks: its log and its flight recorder events have no reader here
        InternalLoggerFactory.setDefaultFactory(SilentLogging.INSTANCE);
        System.setProperty("io.netty.jfr.enabled", "false");
    }

    /** Begins to accept connections, those included that came since the endpoint was bound. */
    public void start() {
        loop.start();
        boolean unix = endpoint.isUnix();
        ChannelFactory<ServerChannel> listening = () -> unix
                ? new NioServerDomainSocketChannel(endpoint.channel())
                : new NioServerSocketChannel(endpoint.channel());
        new ServerBootstrap()
                .group(group)
                .channelFactory(listening)
                .childOption(ChannelOption.AUTO_READ, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new FrameDecoder(), new Connection(IngestServer.this));
                    }
                })
                .register()
                .syncUninterruptibly();
    }

    /**
     * Completed when every connection that was made before this call has been accepted: the queue of a listening socket is first in, first out, so a
     * connection of our own comes last.
     */
    public CompletableFuture<Void> backlogAccepted() throws IOException {
        CompletableFuture<Void> accepted = new CompletableFuture<>();
        SocketChannel client = endpoint.knownClient();
        drain.set(new Drain(client.getLocalAddress(), accepted));
        client.connect(endpoint.localAddress());
        accepted.whenComplete((done, failure) -> closeQuietly(client));
        return accepted;
    }

    /** Completed when no connection is open and every session is finished; ask after {@link #backlogAccepted}. */
    public CompletableFuture<Void> quiet() {
        CompletableFuture<Void> asked = new CompletableFuture<>();
        onEventLoop(() -> {
            quiet = asked;
            completeWhenQuiet();
        });
        return asked;
    }

    /** Processes that are still connected, 0 for one that has not said who it is. */
    public CompletableFuture<List<Long>> connectedPids() {
        CompletableFuture<List<Long>> answer = new CompletableFuture<>();
        onEventLoop(() -> answer.complete(
                connections.stream().map(Connection::pid).sorted().toList()));
        return answer;
    }

    /** Processes that are or were connected. */
    public CompletableFuture<Set<Long>> knownPids() {
        CompletableFuture<Set<Long>> answer = new CompletableFuture<>();
        onEventLoop(() -> answer.complete(Set.copyOf(pids)));
        return answer;
    }

    /**
     * Closes the connections of the processes that the predicate names (0: one that has not said who it is); their sessions then end with what has
     * arrived.
     */
    public void disconnect(LongPredicate pids) {
        onEventLoop(() -> List.copyOf(connections).stream()
                .filter(connection -> connection.pid() == 0 || pids.test(connection.pid()))
                .forEach(Connection::close));
    }

    /** Why connections were refused, the first few. */
    public CompletableFuture<List<String>> refusals() {
        CompletableFuture<List<String>> answer = new CompletableFuture<>();
        onEventLoop(() -> answer.complete(List.copyOf(refusals)));
        return answer;
    }

    /** Sessions let in so far. */
    public CompletableFuture<Integer> sessionCount() {
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        onEventLoop(() -> answer.complete(sessions.size()));
        return answer;
    }

    /** Exceptions of sinks and handlers: defects of the tool, or a disk that is full. */
    public List<Throwable> failures() {
        return loop.failures();
    }

    /** Runs what waits for the analysis and ends its thread; the sinks are then the caller's. */
    public void finish() throws InterruptedException {
        loop.stop();
    }

    @Override
    public void close() throws IOException {
        loop.abandon();
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        endpoint.close();
    }

    // ---- called by Connection, on the event loop ----

    IngestLimits limits() {
        return limits;
    }

    SessionToken token() {
        return token;
    }

    /** False when it must not go on: somebody else's process, or our own drain. */
    boolean accepted(Connection connection, Channel channel) {
        Drain waiting = drain.get();
        if (waiting != null && waiting.client().equals(channel.remoteAddress())) {
            waiting.accepted().complete(null);
            return false;
        }
        String foreign = peers.foreign(channel);
        if (foreign != null) {
            refused(foreign);
            return false;
        }
        connections.add(connection);
        return true;
    }

    boolean isFull() {
        return sessions.size() >= limits.maxSessions();
    }

    boolean isNew(long session) {
        return !sessions.contains(session);
    }

    LiveSession letIn(Hello hello, Channel channel) {
        sessions.add(hello.session());
        unfinished++;
        LiveSession session = new LiveSession(hello, channel, loop, limits, stats, totalPending, Clock.systemUTC());
        pids.add(session.pid());
        ends.began(hello.session(), session.pid());
        session.open(sink);
        return session;
    }

    void refused(String why) {
        stats.refusedConnection();
        if (refusals.size() < MAX_REFUSALS) {
            refusals.add(why);
        }
    }

    void closed(Connection connection, LiveSession session) {
        connections.remove(connection);
        if (session == null) {
            completeWhenQuiet();
            return;
        }
        Path bufferDirectory = endpoint.directory();
        session.ended(ends, bufferDirectory)
                .thenRun(() -> onEventLoop(() -> {
                    unfinished--;
                    completeWhenQuiet();
                }));
    }

    void failed(Throwable failure) {
        loop.failed(failure);
    }

    private void completeWhenQuiet() {
        if (quiet != null && connections.isEmpty() && unfinished == 0) {
            quiet.complete(null);
        }
    }

    private void onEventLoop(Runnable task) {
        group.next().execute(task);
    }

    private static void closeQuietly(SocketChannel client) {
        try {
            client.close();
        } catch (IOException e) {
            assert !client.isOpen(); // close(2) frees the descriptor even when it fails
        }
    }
}
