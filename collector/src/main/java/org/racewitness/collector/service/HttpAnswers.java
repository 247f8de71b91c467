package org.racewitness.collector.service;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.stream.ChunkedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Answers over HTTP, each with the headers that keep a browser from making more of them than they are. */
final class HttpAnswers {
    static final String TEXT = "text/plain; charset=utf-8";
    static final String JSON = "application/json";
    static final String HTML = "text/html; charset=utf-8";

    private HttpAnswers() {}

    static void text(ChannelHandlerContext context, HttpRequest request, int status, String line) {
        send(context, request, status, TEXT, (line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    static void send(ChannelHandlerContext context, HttpRequest request, int status, String type, byte[] body) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), Unpooled.wrappedBuffer(body));
        if (status == HttpResponseStatus.UNAUTHORIZED.code()) {
            response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Basic realm=\"racewitness\", charset=\"UTF-8\"");
        }
        finish(context, request, response, type, body.length, response);
    }

    static void redirect(ChannelHandlerContext context, HttpRequest request, String location) {
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SEE_OTHER);
        response.headers().set(HttpHeaderNames.LOCATION, location);
        finish(context, request, response, TEXT, 0, response);
    }

    /** A file as it is now; its pieces are read as the client takes them. */
    static void file(ChannelHandlerContext context, HttpRequest request, Path file, String type) throws IOException {
        ChunkedFile pieces = new ChunkedFile(file.toFile());
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        finish(context, request, head, type, pieces.length(), new HttpChunkedInput(pieces));
    }

    private static void finish(
            ChannelHandlerContext context,
            HttpRequest request,
            HttpResponse response,
            String type,
            long length,
            Object last) {
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, type);
        headers.set(HttpHeaderNames.CONTENT_LENGTH, length);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        headers.set(HttpHeaderNames.X_FRAME_OPTIONS, "DENY");
        headers.set("Referrer-Policy", "no-referrer");
        boolean keep = HttpUtil.isKeepAlive(request);
        if (!keep) {
            headers.set(HttpHeaderNames.CONNECTION, "close");
        }
        if (last != response) {
            context.write(response);
        }
        ChannelFuture sent = context.writeAndFlush(last);
        if (!keep) {
            sent.addListener(ChannelFutureListener.CLOSE);
        }
    }
}
