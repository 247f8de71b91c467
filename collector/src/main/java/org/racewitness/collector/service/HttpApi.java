package org.racewitness.collector.service;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.racewitness.collector.report.HtmlReport;
import org.racewitness.collector.report.JsonReport;
import org.racewitness.collector.service.Runs.Rejected;
import org.racewitness.collector.service.Transfer.Closing;
import org.racewitness.collector.service.Transfer.Opened;
import org.racewitness.collector.service.Transfer.Opening;
import org.racewitness.collector.service.Transfer.Publication;

/**
 * What the service answers over HTTP, one request after another of one connection. Confined to the event loop. The connection over which a run was begun is
 * its lease: when it closes before the run was ended, the run's client is gone.
 */
final class HttpApi extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Pattern RUN_PATH = Pattern.compile("/runs/([A-Za-z0-9][A-Za-z0-9._-]{0,63})(/[a-z.]*)?");

    private final Runs runs;
    private final ReportFolder folder;
    private final ServiceCounters counters;
    private final IntSupplier connections;
    /** The run that was begun over this connection, null for none. */
    private ServedRun leased;
    /** Requests that wait for a run to end. */
    private int unanswered;

    HttpApi(Runs runs, ReportFolder folder, ServiceCounters counters, IntSupplier connections) {
        this.runs = runs;
        this.folder = folder;
        this.counters = counters;
        this.connections = connections;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) throws IOException {
        try {
            boolean reads = request.method().equals(HttpMethod.GET);
            String path = request.uri().split("\\?", 2)[0];
            if (reads) {
                read(context, request, path);
            } else {
                change(context, request, path);
            }
        } catch (Rejected e) {
            HttpAnswers.text(context, request, e.httpStatus(), e.getMessage());
        }
    }

    private void read(ChannelHandlerContext context, HttpRequest request, String path) throws IOException, Rejected {
        switch (path) {
            case HttpGate.HEALTH ->
                HttpAnswers.text(
                        context, request, runs.isStopping() ? 503 : 200, runs.isStopping() ? "stopping" : "ok");
            case "/metrics" ->
                HttpAnswers.send(
                        context,
                        request,
                        200,
                        "text/plain; version=0.0.4; charset=utf-8",
                        counters.prometheus(runs, connections.getAsInt()).getBytes(StandardCharsets.UTF_8));
            case "/" -> {
                StringWriter page = new StringWriter();
                ReportFolder.writeIndex(folder.known(), describeActive(), page);
                HttpAnswers.send(
                        context, request, 200, HttpAnswers.HTML, page.toString().getBytes(StandardCharsets.UTF_8));
            }
            case "/runs" -> {
                Map<String, Object> all = new LinkedHashMap<>();
                all.put("active", describeActive());
                all.put("ended", folder.known());
                HttpAnswers.send(context, request, 200, HttpAnswers.JSON, Transfer.encode(all));
            }
            default -> readRun(context, request, path);
        }
    }

    private List<ActiveRun> describeActive() {
        return runs.active().stream().map(ServedRun::describe).toList();
    }

    private void readRun(ChannelHandlerContext context, HttpRequest request, String path) throws IOException, Rejected {
        Matcher named = RUN_PATH.matcher(path);
        if (!named.matches()) {
            throw new Rejected(404, "there is nothing at " + printable(path));
        }
        String name = named.group(1);
        String file = named.group(2) == null ? "" : named.group(2);
        switch (file) {
            case "" -> HttpAnswers.redirect(context, request, "/runs/" + name + "/");
            case "/", "/" + HtmlReport.PAGE -> send(context, request, name, HtmlReport.PAGE, HttpAnswers.HTML);
            case "/" + JsonReport.FILE -> send(context, request, name, JsonReport.FILE, HttpAnswers.JSON);
            default -> throw new Rejected(404, "a run has " + HtmlReport.PAGE + " and " + JsonReport.FILE);
        }
    }

    private void send(ChannelHandlerContext context, HttpRequest request, String name, String file, String type)
            throws IOException, Rejected {
        Path found = folder.page(name, file);
        if (found == null) {
            throw new Rejected(
                    404,
                    runs.active(name) == null
                            ? "there is no run " + name
                            : "run " + name + " goes on: its report comes when it has ended");
        }
        HttpAnswers.file(context, request, found, type);
    }

    private void change(ChannelHandlerContext context, FullHttpRequest request, String path)
            throws IOException, Rejected {
        Matcher named = RUN_PATH.matcher(path);
        boolean post = request.method().equals(HttpMethod.POST);
        boolean put = request.method().equals(HttpMethod.PUT);
        if (post && path.equals("/runs")) {
            begin(context, request);
        } else if (post && named.matches() && "/end".equals(named.group(2))) {
            end(context, request, named.group(1));
        } else if (put && named.matches() && "/report".equals(named.group(2))) {
            publish(context, request, named.group(1));
        } else {
            throw new Rejected(405, "nothing at " + printable(path) + " takes that request");
        }
    }

    private void begin(ChannelHandlerContext context, FullHttpRequest request) throws IOException, Rejected {
        if (leased != null) {
            throw new Rejected(409, "this connection has begun a run already");
        }
        leased = runs.begin(body(request, Opening.class));
        HttpAnswers.send(context, request, 201, HttpAnswers.JSON, Transfer.encode(new Opened(leased.name())));
    }

    private void end(ChannelHandlerContext context, FullHttpRequest request, String name) throws IOException, Rejected {
        ServedRun run = runs.active(name);
        if (run == null) {
            throw new Rejected(404, "no run " + name + " goes on");
        }
        boolean silent = !request.content().isReadable();
        Closing said = silent ? run.closingOfItsOwn() : body(request, Closing.class);
        respond(context, request, runs.end(run, said), silent);
    }

    private void publish(ChannelHandlerContext context, FullHttpRequest request, String name)
            throws IOException, Rejected {
        respond(context, request, runs.publish(name, body(request, Publication.class)), true);
    }

    /** @param briefly without what was made */
    private void respond(
            ChannelHandlerContext context, FullHttpRequest request, CompletableFuture<?> result, boolean briefly) {
        request.retain();
        unanswered++;
        result.whenComplete((made, failure) -> {
            try {
                if (failure == null) {
                    byte[] body = briefly ? "{}".getBytes(StandardCharsets.UTF_8) : Transfer.encode(made);
                    HttpAnswers.send(context, request, 200, HttpAnswers.JSON, body);
                } else {
                    HttpAnswers.text(context, request, 500, String.valueOf(failure.getMessage()));
                }
            } catch (IOException | RuntimeException e) {
                HttpAnswers.text(context, request, 500, "no answer could be made: " + e.getMessage());
            } finally {
                unanswered--;
                request.release();
            }
        });
    }

    private static <T> T body(FullHttpRequest request, Class<T> type) throws Rejected {
        try {
            return Transfer.decode(ByteBufUtil.getBytes(request.content()), type);
        } catch (IOException e) {
            throw new Rejected(400, "the body is not understood: " + e.getMessage());
        }
    }

    /** Names come from outside: no line of an answer is longer or stranger than it has to be. */
    private static String printable(String path) {
        String shown = path.replaceAll("[^\\x21-\\x7e]", "?");
        return shown.length() <= 100 ? shown : shown.substring(0, 97) + "...";
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent && leased == null && unanswered == 0) {
            context.close(); // a browser comes again; a run's client is silent as long as its run goes on
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (leased != null) {
            runs.clientGone(leased);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            counters.failed();
        }
        context.close();
    }
}
