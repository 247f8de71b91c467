package org.racewitness.collector.ingest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.racewitness.analyzer.wire.Answer;
import org.racewitness.analyzer.wire.FrameDescriptor;
import org.racewitness.analyzer.wire.Hello;
import org.racewitness.analyzer.wire.WireFormatException;
import org.racewitness.analyzer.wire.WireLimits;

/**
 * One connection: who it is, whether it is let in, and then its frames. Confined to the event loop.
 */
public final class Connection extends ChannelInboundHandlerAdapter {
    private static final Duration DRAIN_STEP = Duration.ofMillis(50);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

    private final SessionHost host;
    private ChannelHandlerContext context;
    /** null until the HELLO was accepted */
    private LiveSession session;

    private boolean refused;
    /** System.nanoTime() at which draining ends, 0 while nobody asked for it. */
    private long drainUntilNanos;

    private boolean readSinceStep;

    private Connection(SessionHost host) {
        this.host = host;
    }

    /** Lets a channel speak the wire format, whether it is active already or will be. */
    public static void install(ChannelPipeline pipeline, SessionHost host) {
        pipeline.addLast(new FrameDecoder(), new Connection(host));
    }

    /** The process behind it, 0 while it is not known. */
    long pid() {
        return session == null ? 0 : session.pid();
    }

    /** Closes it; its session then ends with what has arrived. */
    public void close() {
        context.close();
    }

    /**
     * Closes it as soon as all that has arrived was read: when nothing came for a moment, at the latest after {@link #DRAIN_LIMIT} of a sender that never
     * pauses. What waits because the analysis does not keep up is waited for.
     */
    public void drain() {
        if (drainUntilNanos == 0) {
            drainUntilNanos = System.nanoTime() + DRAIN_LIMIT.toNanos();
            drainStep();
        }
    }

    private void drainStep() {
        readSinceStep = false;
        var unused = context.executor()
                .schedule(
                        () -> {
                            boolean paused = !context.channel().config().isAutoRead();
                            boolean more = readSinceStep && System.nanoTime() < drainUntilNanos;
                            if ((paused || more) && context.channel().isActive()) {
                                drainStep();
                            } else {
                                context.close();
                            }
                        },
                        DRAIN_STEP.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readSinceStep = true;
        ctx.fireChannelReadComplete();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        if (ctx.channel().isActive()) {
            begin(ctx);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        begin(ctx);
    }

    private void begin(ChannelHandlerContext ctx) {
        if (!host.accepted(this, ctx.channel())) {
            refused = true;
            ctx.close();
            return;
        }
        var unused = ctx.executor()
                .schedule(
                        this::handshakeExpired, host.limits().handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void handshakeExpired() {
        if (session == null && !refused && context.channel().isActive()) {
            refuse(Answer.MALFORMED, "no HELLO within the time allowed");
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (refused) {
            ReferenceCountUtil.release(message instanceof FrameDecoder.Damage damage ? damage.bytes() : message);
        } else if (message instanceof FrameDecoder.Damage damage) {
            damaged(damage);
        } else if (session != null) {
            session.frame((ByteBuf) message);
        } else {
            hello((ByteBuf) message);
        }
    }

    private void damaged(FrameDecoder.Damage damage) {
        if (session != null) {
            session.damage(damage);
        } else {
            damage.bytes().release();
            refuse(Answer.MALFORMED, "the connection does not begin with a HELLO frame: " + damage.fault());
        }
    }

    private void hello(ByteBuf frame) {
        try {
            ByteBuffer bytes = frame.nioBuffer().order(ByteOrder.LITTLE_ENDIAN);
            if (FrameDescriptor.type(bytes, 0) != FrameDescriptor.TYPE_HELLO) {
                refuse(Answer.MALFORMED, "the connection does not begin with a HELLO frame");
            } else {
                letIn(Hello.read(bytes));
            }
        } catch (WireFormatException e) {
            refuse(Answer.MALFORMED, e.getMessage());
        } finally {
            if (session == null) {
                frame.release();
            } else {
                session.frame(frame);
            }
        }
    }

    private void letIn(Hello hello) {
        try {
            if (!host.trusts(context.channel(), hello.token())) {
                throw new RefusedException(
                        Answer.WRONG_TOKEN, "wrong session token: this collector belongs to another run");
            }
            if (hello.version() != WireLimits.VERSION) {
                throw new RefusedException(
                        Answer.VERSION_NOT_SUPPORTED,
                        "wire format " + hello.version() + ", this collector reads " + WireLimits.VERSION
                                + ": use agent and collector of one release");
            }
            session = host.sessionsFor(this, hello).letIn(hello, context.channel());
            answer(Answer.ACCEPTED, "").addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        } catch (RefusedException e) {
            refuse(e.answer(), e.getMessage());
        }
    }

    private ChannelFuture answer(Answer answer, String message) {
        return context.writeAndFlush(Unpooled.wrappedBuffer(answer.encode(message)));
    }

    private void refuse(Answer answer, String why) {
        refused = true;
        host.refused(why);
        answer(answer, "racewitness: not observed: " + why).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        host.closed(this);
        if (session != null) {
            session.run().closed(session);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) { // a reset connection is no defect of ours: what arrived counts
            host.failed(this, cause);
        }
        ctx.close();
    }
}
