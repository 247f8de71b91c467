package org.racewitness.collector.ingest;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
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
    private final PeerCheck peers;
    private final EventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("ingest", true), NioIoHandler.newFactory());
    private final RunSessions sessions;
    /** The address of the client that {@link #backlogAccepted} waits for; set by any thread, read by the event loop. */
    private final AtomicReference<Drain> drain = new AtomicReference<>();

    // event loop only, from here
    private final Set<Connection> connections = new HashSet<>();
    private final List<String> refusals = new ArrayList<>();
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
        this.peers = PeerCheck.of(endpoint);
        this.sessions = new RunSessions(
                limits,
                stats,
                sink,
                ends,
                endpoint.directory(),
                new AtomicLong(),
                group.next(),
                this::completeWhenQuiet);
    }

    /** Begins to accept connections, those included that came since the endpoint was bound. */
    public void start() {
        sessions.start();
        endpoint.serve(group, channel -> Connection.install(channel.pipeline(), host));
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
        onEventLoop(() -> answer.complete(sessions.pids()));
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
        onEventLoop(() -> answer.complete(sessions.count()));
        return answer;
    }

    /** Exceptions of sinks and handlers: defects of the tool, or a disk that is full. */
    public List<Throwable> failures() {
        return sessions.failures();
    }

    /** Runs what waits for the analysis and ends its thread; the sinks are then the caller's. */
    public void finish() throws InterruptedException {
        sessions.finish();
    }

    @Override
    public void close() throws IOException {
        sessions.abandon();
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        endpoint.close();
    }

    /** For connections, on the event loop. */
    private final SessionHost host = new SessionHost() {
        @Override
        public IngestLimits limits() {
            return limits;
        }

        /** False when it must not go on: somebody else's process, or our own drain. */
        @Override
        public boolean accepted(Connection connection, Channel channel) {
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

        @Override
        public boolean trusts(Channel channel, byte[] shown) {
            return token.matches(shown);
        }

        @Override
        public RunSessions sessionsFor(Connection connection, Hello hello) {
            return sessions;
        }

        @Override
        public void refused(String why) {
            stats.refusedConnection();
            if (refusals.size() < MAX_REFUSALS) {
                refusals.add(why);
            }
        }

        @Override
        public void closed(Connection connection) {
            connections.remove(connection);
            completeWhenQuiet();
        }

        @Override
        public void failed(Connection connection, Throwable failure) {
            sessions.failed(failure);
        }
    };

    private void completeWhenQuiet() {
        if (quiet != null && connections.isEmpty() && sessions.isQuiet()) {
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
