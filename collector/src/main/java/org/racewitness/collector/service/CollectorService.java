package org.racewitness.collector.service;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.racewitness.analyzer.wire.Hello;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.ingest.Connection;
import org.racewitness.collector.ingest.Endpoint;
import org.racewitness.collector.ingest.IngestLimits;
import org.racewitness.collector.ingest.PeerCheck;
import org.racewitness.collector.ingest.RefusedException;
import org.racewitness.collector.ingest.RunSessions;
import org.racewitness.collector.ingest.SessionHost;
import org.racewitness.collector.ingest.SessionToken;

/**
 * The collector service: sockets, and what becomes of connections. {@link #start} and {@link #stop} may be called from any thread; everything else is
 * confined to the event loop.
 */
public final class CollectorService {
    /** A connection over HTTP that is silent for so long is closed, but for a run's client. */
    private static final int HTTP_IDLE_SECONDS = 60;

    private static final long MAX_BODY_BYTES = 128L << 20;
    private static final int CLOSING_SECONDS = 5;

    private final ServiceSettings settings;
    private final List<Endpoint> endpoints;
    /** Null where every endpoint is a unix socket. */
    private final SessionToken token;

    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("service", true), NioIoHandler.newFactory());
    private final EventLoop eventLoop = group.next();
    private final ExecutorService reports =
            Executors.newSingleThreadExecutor(new DefaultThreadFactory("reports", true));
    private final ReportFolder folder;
    private final ServiceCounters counters = new ServiceCounters();
    private final ServiceLog log;
    private final Runs runs;

    // event loop only, from here
    private final List<Channel> listening = new ArrayList<>();
    private final Set<Channel> open = new HashSet<>();
    private final Map<Connection, ServedRun> runOf = new HashMap<>();
    /** Null until the service has stopped and only waits for its connections. */
    private Runnable whenAllClosed;

    /**
     * @param endpoints bound already; closed by {@link #stop}
     * @param token null when all of them are unix sockets
     * @param out takes the service's lines, on any thread
     * @throws ProblemException the folder cannot be used
     */
    public CollectorService(
            ServiceSettings settings, List<Endpoint> endpoints, SessionToken token, Consumer<String> out)
            throws ProblemException {
        this.settings = settings;
        this.endpoints = List.copyOf(endpoints);
        this.token = token;
        this.folder = ReportFolder.open(settings.folder(), settings.keep());
        this.log = new ServiceLog(out, System::nanoTime);
        this.runs = new Runs(settings, eventLoop, folder, reports, counters, log);
    }

    /** Begins to serve. */
    public void start() {
        for (Endpoint endpoint : endpoints) {
            PeerCheck peers = PeerCheck.of(endpoint);
            Channel channel = endpoint.serve(group, client -> accept(client, endpoint.isUnix(), peers));
            eventLoop.execute(() -> listening.add(channel));
        }
    }

    /**
     * Stops listening, reads what has arrived, ends the runs that go on and writes their reports.
     *
     * @return completed when all of that is done
     */
    public CompletableFuture<Void> stop(String why) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        eventLoop.execute(() -> {
            listening.forEach(Channel::close);
            runs.stop(why).thenRun(() -> {
                // answers that are being sent are sent to their end, unless nobody takes them
                whenAllClosed = () -> shutDown(done);
                List.copyOf(open)
                        .forEach(channel ->
                                channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE));
                var unused = eventLoop.schedule(() -> shutDown(done), CLOSING_SECONDS, TimeUnit.SECONDS);
                closed(null);
            });
        });
        return done;
    }

    private void closed(Channel channel) {
        open.remove(channel);
        if (open.isEmpty() && whenAllClosed != null) {
            whenAllClosed.run();
        }
    }

    private void shutDown(CompletableFuture<Void> done) {
        whenAllClosed = null;
        group.shutdownGracefully(0, CLOSING_SECONDS, TimeUnit.SECONDS).addListener(closed -> {
            reports.shutdown();
            closeQuietly();
            done.complete(null);
        });
    }

    private void closeQuietly() {
        try {
            for (Endpoint endpoint : endpoints) {
                endpoint.close();
            }
            folder.close();
        } catch (IOException e) {
            log.say("closing: " + e.getMessage());
        }
    }

    // ---- on the event loop ----

    private void accept(Channel client, boolean unix, PeerCheck peers) {
        boolean known = peers.vouchesFor(client);
        String foreign = unix && !known ? "it belongs to another user, as far as the kernel tells" : null;
        String why = open.size() >= settings.maxConnections()
                ? open.size() + " connections are open, as many as this service takes"
                : foreign;
        if (why != null) {
            refused("a connection" + from(client) + " was refused: " + why);
            client.close();
            return;
        }
        open.add(client);
        client.closeFuture().addListener(done -> closed(client));
        if (!unix) {
            client.config().setOption(ChannelOption.SO_KEEPALIVE, true);
            client.config().setOption(ChannelOption.TCP_NODELAY, true);
        }
        SessionToken needed = known ? null : token;
        client.pipeline()
                .addLast(new ProtocolSwitch(
                        settings.limits().handshakeTimeout(),
                        pipeline -> Connection.install(pipeline, new Host(needed, from(client))),
                        pipeline -> http(pipeline, needed, from(client))));
    }

    private void http(ChannelPipeline pipeline, SessionToken needed, String from) {
        long maxBody = Math.min(MAX_BODY_BYTES, Runtime.getRuntime().maxMemory() / 8);
        pipeline.addLast(
                new IdleStateHandler(0, 0, HTTP_IDLE_SECONDS),
                new HttpServerCodec(),
                new HttpGate(needed, maxBody, () -> refused("a request" + from + " was refused")),
                new HttpObjectAggregator((int) maxBody),
                new ChunkedWriteHandler(),
                new HttpApi(runs, folder, counters, open::size));
    }

    private void refused(String line) {
        counters.refused();
        log.refused(line);
    }

    private static String from(Channel client) {
        SocketAddress address = client.remoteAddress();
        return address == null || address.toString().isEmpty() ? "" : " from " + address;
    }

    /** Decides about the sessions of one connection. */
    private final class Host implements SessionHost {
        private final SessionToken needed;
        private final String from;

        /** @param needed null where the kernel has said who is there */
        Host(SessionToken needed, String from) {
            this.needed = needed;
            this.from = from;
        }

        @Override
        public IngestLimits limits() {
            return settings.limits();
        }

        @Override
        public boolean accepted(Connection connection, Channel channel) {
            return true;
        }

        @Override
        public boolean trusts(Channel channel, byte[] shown) {
            return needed == null || needed.matches(shown);
        }

        @Override
        public RunSessions sessionsFor(Connection connection, Hello hello) throws RefusedException {
            ServedRun run = runs.of(hello);
            runOf.put(connection, run);
            run.connected(connection);
            return run.sessions();
        }

        @Override
        public void refused(String why) {
            CollectorService.this.refused("a process" + from + " was refused: " + why);
        }

        @Override
        public void closed(Connection connection) {
            ServedRun run = runOf.remove(connection);
            if (run != null) {
                run.disconnected(connection);
            }
        }

        @Override
        public void failed(Connection connection, Throwable failure) {
            ServedRun run = runOf.get(connection);
            if (run == null) {
                counters.failed();
            } else {
                run.sessions().failed(failure);
            }
        }
    }
}
