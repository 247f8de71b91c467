package org.racewitness.collector.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.cli.RacyTrace;
import org.racewitness.collector.ingest.FakeAgent;

/** Runs of processes that connect by themselves, from their beginning to their report. */
@Timeout(600)
class CollectorServiceTest {
    @TempDir
    Path directory;

    private JsonNode report(String run) throws Exception {
        return new ObjectMapper()
                .readTree(directory
                        .resolve("reports/runs/" + run + "/report.json")
                        .toFile());
    }

    @Test
    void runsOfSeveralProcessesAreKeptApart() throws Exception {
        try (ServiceUnderTest service = ServiceUnderTest.in(directory, ServiceUnderTest.NEVER)) {
            for (int i = 0; i < 3; i++) {
                service.runOne("racy", 10 + i, RacyTrace.racy());
                service.runOne("clean", 20 + i, RacyTrace.ordered());
            }
            assertEquals(200, service.post("/runs/racy/end", "").statusCode());
            assertEquals(200, service.post("/runs/clean/end", "").statusCode());
            service.awaitLine("run racy: 1 data race found (1 warning)");
            service.awaitLine("run clean: no data race found");
        }
        assertEquals(1, report("racy").get("races").size());
        assertEquals("Box.value", report("racy").at("/races/0/location/name").asText());
        assertEquals(3, report("racy").at("/races/0/count").asInt());
        assertEquals(3, report("racy").at("/run/processes").size());
        assertEquals(0, report("clean").get("races").size());
        assertEquals(3, report("clean").at("/run/processes").size());
        assertEquals(0, report("clean").at("/stats/lostEvents").asInt());
        assertEquals("app.py", report("clean").at("/run/command/0").asText());
        String index = Files.readString(directory.resolve("reports/index.html"));
        assertTrue(index.contains("runs/racy/index.html") && index.contains("1 warning"), index);
        assertTrue(index.contains("&lt;b&gt;") && !index.contains("<b>"), "names are escaped: " + index);
    }

    @Test
    void aRunWithoutAClientEndsWhenNobodyIsConnected() throws Exception {
        try (ServiceUnderTest service = ServiceUnderTest.in(directory, ServiceUnderTest.AT_ONCE)) {
            service.runOne("alone", 1, RacyTrace.racy());
            service.awaitLine("run alone: 1 data race");
            FakeAgent late = service.agent(2);
            FakeAgent.Reply reply = late.helloFor("alone", service.token.hex());
            assertEquals(3, reply.status());
            assertEquals(
                    "racewitness: not observed: there is or was a run alone; give this one another name",
                    reply.message());
        }
    }

    @Test
    void whoDoesNotBelongIsToldWhy() throws Exception {
        try (ServiceUnderTest service = ServiceUnderTest.in(directory, ServiceUnderTest.NEVER)) {
            FakeAgent.Reply wrong = service.agent(1).helloFor("r", "00".repeat(32));
            assertEquals(1, wrong.status());
            FakeAgent.Reply nameless = service.agent(2).hello(service.token.hex());
            assertEquals(3, nameless.status());
            assertTrue(nameless.message().contains("set RACEWITNESS_RUN"), nameless.message());
            for (String name : List.of("../up", ".hidden", "a/b", "x".repeat(65))) {
                FakeAgent.Reply reply = service.agent(3).helloFor(name, service.token.hex());
                assertEquals(3, reply.status(), name);
                assertTrue(reply.message().contains("the run's name is not 1 to 64"), reply.message());
            }
            service.awaitLine("a process from /127.0.0.1:");
            assertEquals(0, directory.resolve("reports/runs").toFile().list().length);
            // on the unix socket the kernel says who is there
            assertEquals(0, service.unixAgent(4).helloFor("r", "00".repeat(32)).status());
        }
    }

    @Test
    void runsProcessesAndConnectionsAreBounded() throws Exception {
        List<FakeAgent> open = new ArrayList<>();
        try (ServiceUnderTest service = new ServiceUnderTest(
                directory.resolve("reports"),
                directory.resolve("s"),
                2,
                6,
                100,
                ServiceUnderTest.NEVER,
                Duration.ofSeconds(5))) {
            for (int i = 0; i < 3; i++) {
                open.add(service.agent(1 + i));
                assertEquals(
                        0, open.get(i).helloFor("first", service.token.hex()).status());
            }
            FakeAgent tooMany = service.agent(9);
            FakeAgent.Reply fourth = tooMany.helloFor("first", service.token.hex());
            assertEquals(4, fourth.status());
            assertTrue(fourth.message().contains("more than 3 processes in one run"), fourth.message());
            assertTrue(tooMany.isClosedByPeer());
            open.add(service.agent(10));
            assertEquals(0, open.get(3).helloFor("second", service.token.hex()).status());
            FakeAgent third = service.agent(11);
            FakeAgent.Reply full = third.helloFor("third", service.token.hex());
            assertEquals(4, full.status());
            assertTrue(full.message().contains("2 runs go on, as many as this service takes at once"), full.message());
            assertTrue(third.isClosedByPeer());
            // two more connections that say nothing make six
            FakeAgent silent = service.agent(12);
            FakeAgent silentToo = service.unixAgent(13);
            assertTrue(service.agent(14).isClosedByPeer());
            assertTrue(silent.isClosedByPeer(), "who says nothing is not waited for");
            assertTrue(silentToo.isClosedByPeer());
        }
        for (FakeAgent agent : open) {
            assertTrue(agent.isClosedByPeer());
        }
    }

    @Test
    void stoppingLosesNothingThatHasArrived() throws Exception {
        FakeAgent agent;
        try (ServiceUnderTest service = ServiceUnderTest.in(directory, ServiceUnderTest.NEVER)) {
            agent = service.agent(1);
            agent.helloFor("cut", service.token.hex());
            for (ByteBuffer frame : RacyTrace.frames(agent.writer(), RacyTrace.racy())) {
                agent.send(frame);
            }
            service.stop();
            assertTrue(agent.isClosedByPeer());
            long records = RacyTrace.records(RacyTrace.racy());
            service.awaitLine("run cut: 1 data race found (1 warning) in " + records
                    + " events of 3 threads; the test stopped it");
        }
        assertEquals(
                RacyTrace.records(RacyTrace.racy()),
                report("cut").at("/stats/events").asInt());
        assertEquals("unknown", report("cut").at("/run/processes/0/endedBy").asText());
        String index = Files.readString(directory.resolve("reports/index.html"));
        assertTrue(index.contains("the test stopped it"), index);
    }

    @Test
    void aRestartFindsTheReportsAndKeepsTheNewest() throws Exception {
        for (String name : List.of("one", "two", "three")) {
            try (ServiceUnderTest service = new ServiceUnderTest(
                    directory.resolve("reports"), directory.resolve("s"), 1, 9, 2, ServiceUnderTest.NEVER)) {
                service.runOne(name, 1, RacyTrace.ordered());
                service.post("/runs/" + name + "/end", "");
                service.awaitLine("run " + name + ": no data race");
            }
        }
        Path runs = directory.resolve("reports/runs");
        Files.createDirectory(runs.resolve("somebodys-own"));
        try (ServiceUnderTest service = new ServiceUnderTest(
                directory.resolve("reports"), directory.resolve("s"), 1, 9, 2, ServiceUnderTest.NEVER)) {
            JsonNode ended =
                    new ObjectMapper().readTree(service.get("/runs").body()).get("ended");
            assertEquals(List.of("three", "two"), ended.findValuesAsText("name"));
            assertFalse(Files.exists(runs.resolve("one")));
            assertTrue(Files.exists(runs.resolve("somebodys-own")));
            assertEquals(
                    3, service.agent(1).helloFor("two", service.token.hex()).status());
            ProblemException taken =
                    assertThrows(ProblemException.class, () -> ReportFolder.open(directory.resolve("reports"), 2));
            assertTrue(taken.problem().message().startsWith("another service keeps its reports in"));
        }
    }

    @Test
    void bytesThatAreNoFrameAreCountedAndTheRestIsRead() throws Exception {
        try (ServiceUnderTest service = ServiceUnderTest.in(directory, ServiceUnderTest.NEVER)) {
            try (FakeAgent agent = service.agent(1)) {
                agent.helloFor("damaged", service.token.hex());
                agent.send(ByteBuffer.wrap("not a frame at all, whatever it may be".getBytes("UTF-8")));
                for (ByteBuffer frame : RacyTrace.frames(agent.writer(), RacyTrace.racy())) {
                    agent.send(frame);
                }
                agent.end(RacyTrace.records(RacyTrace.racy()));
            }
            service.post("/runs/damaged/end", "");
            service.awaitLine("run damaged: 1 data race");
        }
        assertTrue(
                report("damaged").at("/run/processes/0").toString().contains("malformed"),
                report("damaged").toString());
    }
}
