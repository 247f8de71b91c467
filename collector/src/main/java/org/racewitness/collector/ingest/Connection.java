package org.racewitness.collector.ingest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.racewitness.analyzer.wire.Answer;
import org.racewitness.analyzer.wire.FrameDescriptor;
import org.racewitness.analyzer.wire.Hello;
import org.racewitness.analyzer.wire.WireFormatException;
import org.racewitness.analyzer.wire.WireLimits;

/**
 * One connection: who it is, whether it is let in, and then its frames. Confined to the event loop.
 */
final class Connection extends ChannelInboundHandlerAdapter {
    private final IngestServer server;
    private ChannelHandlerContext context;
    /** null until the HELLO was accepted */
    private LiveSession session;

    private boolean refused;

    Connection(IngestServer server) {
        this.server = server;
    }

    /** The process behind it, 0 while it is not known. */
    long pid() {
        return session == null ? 0 : session.pid();
    }

    void close() {
        context.close();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        if (!server.accepted(this, ctx.channel())) {
            refused = true;
            ctx.close();
            return;
        }
        var unused = ctx.executor()
                .schedule(
                        this::handshakeExpired,
                        server.limits().handshakeTimeout().toMillis(),
                        TimeUnit.MILLISECONDS);
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
        if (!server.token().matches(hello.token())) {
            refuse(Answer.WRONG_TOKEN, "wrong session token: this collector belongs to another run");
        } else if (hello.version() != WireLimits.VERSION) {
            refuse(
                    Answer.VERSION_NOT_SUPPORTED,
                    "wire format " + hello.version() + ", this collector reads " + WireLimits.VERSION
                            + ": use agent and collector of one release");
        } else if (server.isFull()) {
            refuse(Answer.TOO_MANY_SESSIONS, "more than " + server.limits().maxSessions() + " processes in one run");
        } else if (!server.isNew(hello.session())) {
            refuse(Answer.MALFORMED, "its session number is already in use");
        } else {
            session = server.letIn(hello, context.channel());
            answer(Answer.ACCEPTED, "").addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }
    }

    private ChannelFuture answer(Answer answer, String message) {
        return context.writeAndFlush(Unpooled.wrappedBuffer(answer.encode(message)));
    }

    private void refuse(Answer answer, String why) {
        refused = true;
        server.refused(why);
        answer(answer, "racewitness: not observed: " + why).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        server.closed(this, session);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) { // a reset connection is no defect of ours: what arrived counts
            server.failed(cause);
        }
        ctx.close();
    }
}
