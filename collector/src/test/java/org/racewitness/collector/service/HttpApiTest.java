package org.racewitness.collector.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.racewitness.collector.cli.RacyTrace;
import org.racewitness.collector.service.Transfer.Opening;

/** What the service answers over HTTP, and to whom. */
@Timeout(600)
class HttpApiTest {
    @TempDir
    Path directory;

    private ServiceUnderTest service;

    @BeforeEach
    void start() throws Exception {
        service = ServiceUnderTest.in(directory, ServiceUnderTest.NEVER);
    }

    @AfterEach
    void stop() throws Exception {
        service.close();
    }

    private HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(URI.create(service.http() + path));
    }

    private String basic(String password) {
        return "Basic " + Base64.getEncoder().encodeToString(("me:" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes as they are, and all that comes back. */
    private String raw(String request) throws Exception {
        URI uri = URI.create(service.http());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void healthIsForEverybodyTheRestForTheTokenAlone() throws Exception {
        assertEquals("ok\n", ServiceUnderTest.send(at("/healthz")).body());
        for (String path : List.of("/", "/metrics", "/runs", "/runs/x/", "/healthz/", "/nowhere")) {
            HttpResponse<String> refused = ServiceUnderTest.send(at(path));
            assertEquals(401, refused.statusCode(), path);
            assertTrue(refused.headers().firstValue("www-authenticate").isPresent());
            HttpResponse<String> wrong =
                    ServiceUnderTest.send(at(path).header("Authorization", "Bearer " + "0".repeat(64)));
            assertEquals(401, wrong.statusCode(), path);
        }
        assertEquals(
                401,
                ServiceUnderTest.send(at("/healthz").POST(HttpRequest.BodyPublishers.noBody()))
                        .statusCode());
        String right = basic(service.token.hex());
        assertEquals(
                200,
                ServiceUnderTest.send(at("/").header("Authorization", right)).statusCode());
        HttpResponse<String> forged = ServiceUnderTest.send(
                at("/runs/x/end").header("Authorization", right).POST(HttpRequest.BodyPublishers.noBody()));
        assertEquals(401, forged.statusCode(), "what a browser keeps must not change anything");
    }

    @Test
    void reportsAreServedOnceTheRunHasEnded() throws Exception {
        service.runOne("r1", 1, RacyTrace.racy());
        HttpResponse<String> early = service.get("/runs/r1/");
        assertEquals(404, early.statusCode());
        assertEquals("run r1 goes on: its report comes when it has ended\n", early.body());
        assertTrue(service.get("/").body().contains("Going on"));
        service.post("/runs/r1/end", "");
        service.awaitLine("run r1: 1 data race");
        HttpResponse<String> page = service.get("/runs/r1/");
        assertEquals(200, page.statusCode());
        assertTrue(page.body().contains("Box.value"));
        assertEquals(
                "nosniff", page.headers().firstValue("x-content-type-options").orElse(""));
        assertTrue(service.get("/runs/r1/report.json").body().contains("\"schemaVersion\" : 1"));
        assertEquals(
                "/runs/r1/",
                service.get("/runs/r1").headers().firstValue("location").orElse(""));
        assertTrue(service.get("/").body().contains("runs/r1/index.html"));
        for (String path : List.of("/runs/r1/run.json", "/runs/..%2f..%2fetc/", "/runs/../", "/runs/nope/", "/x")) {
            assertEquals(404, service.get(path).statusCode(), path);
        }
        assertEquals(404, service.post("/runs/r1/end", "").statusCode());
    }

    @Test
    void metricsCount() throws Exception {
        service.runOne("m", 1, RacyTrace.racy());
        service.runOne("m", 2, RacyTrace.racy());
        service.post("/runs/m/end", "");
        service.awaitLine("run m: 1 data race");
        ServiceUnderTest.send(at("/"));
        String metrics = service.get("/metrics").body();
        long records = 2 * RacyTrace.records(RacyTrace.racy());
        for (String line : List.of(
                "racewitness_runs_active 0",
                "racewitness_runs_started_total 1",
                "racewitness_runs_ended_total 1",
                "racewitness_sessions_active 0",
                "racewitness_sessions_total 2",
                "racewitness_refused_total 1",
                "racewitness_received_records_total " + records,
                "racewitness_pending_bytes 0",
                "racewitness_failures_total 0",
                "racewitness_races_total{level=\"warning\"} 1",
                "racewitness_races_total{level=\"error\"} 0")) {
            assertTrue(metrics.contains("\n" + line + "\n"), line + " in " + metrics);
        }
    }

    @Test
    void whatIsNotUnderstoodIsAnsweredAndTheConnectionClosed() throws Exception {
        assertTrue(raw("what is this?\r\n\r\n").startsWith("HTTP/1.1 400 "));
        String authorised = "Host: h\r\nAuthorization: Bearer " + service.token.hex() + "\r\n";
        String long1 = raw("POST /runs HTTP/1.1\r\n" + authorised + "Content-Length: 99999999999\r\n\r\n");
        assertTrue(long1.startsWith("HTTP/1.1 413 "), long1);
        String chunked = raw("POST /runs HTTP/1.1\r\n" + authorised + "Transfer-Encoding: chunked\r\n\r\n");
        assertTrue(chunked.startsWith("HTTP/1.1 411 "), chunked);
        String unknown = raw("POST /runs HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n");
        assertTrue(unknown.startsWith("HTTP/1.1 401 "), "a body is not even read: " + unknown);
        assertEquals(400, service.post("/runs", "{").statusCode());
        assertEquals(400, service.post("/runs", "null").statusCode());
        assertEquals(400, service.post("/runs", "[".repeat(1000)).statusCode());
        assertEquals(405, service.post("/metrics", "").statusCode());
        assertEquals("ok\n", service.get("/healthz").body());
    }

    @Test
    void aRunOfAnotherReleaseOrWithoutASensibleNameIsNotTaken() throws Exception {
        String other =
                new String(Transfer.encode(new Opening("a", "0.0.1", "shb", List.of("x"))), StandardCharsets.UTF_8);
        HttpResponse<String> refused = service.post("/runs", other);
        assertEquals(409, refused.statusCode());
        assertEquals("this service is racewitness 1.2.3, the run 0.0.1: use one release for both\n", refused.body());
        String bad = new String(
                Transfer.encode(new Opening("a/b", ServiceUnderTest.VERSION, "shb", List.of("x"))),
                StandardCharsets.UTF_8);
        assertEquals(400, service.post("/runs", bad).statusCode());
        assertFalse(service.get("/runs").body().contains("a/b"));
    }
}
