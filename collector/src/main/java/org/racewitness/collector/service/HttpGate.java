package org.racewitness.collector.service;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.racewitness.collector.ingest.SessionToken;

/**
 * Lets a request pass before anything of its body is kept: only with the token (bearer, or for reading as the password of Basic authentication, so that a
 * browser can show reports), and only with a body that is expected and not too long. After a refusal the connection is closed.
 */
final class HttpGate extends ChannelInboundHandlerAdapter {
    /** Needs no token: whoever watches over processes asks it. */
    static final String HEALTH = "/healthz";

    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";

    /** Null where the kernel has said who is there. */
    private final SessionToken token;

    private final long maxBodyBytes;
    private final Runnable onRefused;
    private boolean refused;

    HttpGate(SessionToken token, long maxBodyBytes, Runnable onRefused) {
        this.token = token;
        this.maxBodyBytes = maxBodyBytes;
        this.onRefused = onRefused;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request && !refused) {
            int status = refusal(request);
            if (status != 0) {
                refused = true;
                onRefused.run();
                HttpUtil.setKeepAlive(request, false);
                HttpAnswers.text(context, request, status, text(status));
            }
        }
        if (refused) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }

    /** An HTTP status, 0 for none. */
    private int refusal(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return 400;
        }
        boolean reads =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        boolean open = reads && request.uri().equals(HEALTH);
        if (!open && !isTrusted(request, reads)) {
            return 401;
        }
        if (HttpUtil.isTransferEncodingChunked(request)) {
            return 411;
        }
        long body = HttpUtil.getContentLength(request, 0L);
        return body > (reads ? 0 : maxBodyBytes) ? 413 : 0;
    }

    private static String text(int status) {
        return switch (status) {
            case 400 -> "this is neither HTTP nor a racewitness agent";
            case 401 -> "the token of this collector is needed: Authorization: Bearer TOKEN";
            case 411 -> "a body needs a Content-Length";
            default -> "the body is longer than this collector takes";
        };
    }

    private boolean isTrusted(HttpRequest request, boolean reads) {
        if (token == null) {
            return true;
        }
        String given = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
        String shown = "";
        if (given.startsWith(BEARER)) {
            shown = given.substring(BEARER.length()).strip();
        } else if (given.startsWith(BASIC) && reads) {
            shown = password(given.substring(BASIC.length()).strip());
        }
        SessionToken parsed = SessionToken.parse(shown);
        return parsed != null && token.matches(parsed.bytes());
    }

    private static String password(String encoded) {
        try {
            String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            return pair.substring(pair.indexOf(':') + 1).strip();
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }
}
