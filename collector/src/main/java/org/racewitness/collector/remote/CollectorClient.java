package org.racewitness.collector.remote;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.racewitness.collector.ingest.SessionToken;

/**
 * One connection to a service over HTTP, kept open for the whole run: the service knows by it that the run's client is there. Requests come from one thread
 * and wait for their answers.
 */
final class CollectorClient implements AutoCloseable {
    private static final int MAX_ANSWER_BYTES = 256 << 20;
    private static final int CONNECT_MILLIS = 10_000;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("collector-client", true), NioIoHandler.newFactory());
    /** The answer that is waited for; set by the caller, completed by the event loop. */
    private final AtomicReference<CompletableFuture<Answer>> awaited = new AtomicReference<>();

    private final SessionToken token;
    private final String host;
    private final Channel channel;

    /** What the service answered. */
    record Answer(int status, byte[] body) {
        /** Its first line, for a message. */
        String line() {
            return new String(body, StandardCharsets.UTF_8).lines().findFirst().orElse("status " + status);
        }
    }

    /** @param token null where the kernel says who is there */
    CollectorClient(CollectorAddress address, SessionToken token) throws IOException, InterruptedException {
        this.token = token;
        this.host = address.isUnix() ? "localhost" : address.toString();
        Bootstrap bootstrap = new Bootstrap()
                .group(group)
                .channel(address.isUnix() ? NioDomainSocketChannel.class : NioSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel made) {
                        made.pipeline()
                                .addLast(
                                        new HttpClientCodec(),
                                        new HttpObjectAggregator(MAX_ANSWER_BYTES),
                                        new AnswerHandler());
                    }
                });
        if (!address.isUnix()) {
            bootstrap.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS);
            bootstrap.option(ChannelOption.SO_KEEPALIVE, true);
        }
        try {
            var connected = bootstrap.connect(address.socketAddress()).await();
            if (!connected.isSuccess()) {
                throw new IOException(reason(connected.cause()), connected.cause());
            }
            this.channel = connected.channel();
        } catch (IOException | InterruptedException e) {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw e;
        }
    }

    private static String reason(Throwable cause) {
        String text = String.valueOf(cause.getMessage());
        int at = text.indexOf(": /"); // Netty adds the address, which the caller names
        return at < 0 ? text : text.substring(0, at);
    }

    /**
     * Sends a request and waits for its answer, however long it takes: a service that analyses a long run answers late, one that is gone closes the
     * connection.
     */
    Answer request(String method, String path, byte[] body) throws IOException, InterruptedException {
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), path, Unpooled.wrappedBuffer(body));
        request.headers().set(HttpHeaderNames.HOST, host);
        request.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        if (token != null) {
            request.headers().set(HttpHeaderNames.AUTHORIZATION, "Bearer " + token.hex());
        }
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        awaited.set(answer);
        channel.writeAndFlush(request).addListener(sent -> {
            if (!sent.isSuccess()) {
                answer.completeExceptionally(sent.cause());
            }
        });
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause().getMessage()), e.getCause());
        }
    }

    @Override
    public void close() {
        channel.close();
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    private final class AnswerHandler extends SimpleChannelInboundHandler<FullHttpResponse> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
            CompletableFuture<Answer> waiting = awaited.getAndSet(null);
            if (waiting != null) {
                waiting.complete(new Answer(response.status().code(), ByteBufUtil.getBytes(response.content())));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            fail(new IOException("it closed the connection"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail(cause);
            context.close();
        }

        private void fail(Throwable cause) {
            CompletableFuture<Answer> waiting = awaited.getAndSet(null);
            if (waiting != null) {
                waiting.completeExceptionally(cause);
            }
        }
    }
}
