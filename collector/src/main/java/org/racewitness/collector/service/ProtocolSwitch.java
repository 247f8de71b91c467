package org.racewitness.collector.service;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.racewitness.analyzer.wire.FrameDescriptor;

/**
 * One port for both: what begins with the magic of a frame is a session, everything else HTTP. A connection that says nothing for too long is closed.
 */
final class ProtocolSwitch extends ByteToMessageDecoder {
    private final Duration patience;
    private final Consumer<ChannelPipeline> wire;
    private final Consumer<ChannelPipeline> http;

    /** @param wire installs the handlers of a session; {@code http} those of the rest */
    ProtocolSwitch(Duration patience, Consumer<ChannelPipeline> wire, Consumer<ChannelPipeline> http) {
        this.patience = patience;
        this.wire = wire;
        this.http = http;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        var unused = context.executor()
                .schedule(
                        () -> {
                            if (!context.isRemoved()) {
                                context.close();
                            }
                        },
                        patience.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (in.readableBytes() < Integer.BYTES) {
            return;
        }
        boolean frames = in.getIntLE(in.readerIndex()) == FrameDescriptor.MAGIC;
        (frames ? wire : http).accept(context.pipeline());
        context.pipeline().remove(this); // hands on what it has read
    }
}
