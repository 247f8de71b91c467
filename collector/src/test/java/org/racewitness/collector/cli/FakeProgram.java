package org.racewitness.collector.cli;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.racewitness.collector.ingest.Bytes;
import org.racewitness.collector.ingest.FakeAgent;

/**
 * Stands in for a Python process with the agent in it: speaks to the collector that its environment names, and ends as it is told to.
 *
 * <p>{@code FakeProgram MODE [STATUS]}
 */
public final class FakeProgram {
    private static final int SLOT_BYTES = 1 << 16;
    private static final int PAGE = 4096;

    private FakeProgram() {}

    public static void main(String[] arguments) throws Exception {
        String mode = arguments[0];
        int status = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
        long session = ProcessHandle.current().pid() * 1000 + 7;
        Path runDirectory = Path.of(System.getenv("RACEWITNESS_RUN_DIR"));
        if (mode.equals("unsupported")) {
            Files.writeString(
                    runDirectory.resolve("unsupported").resolve("17"),
                    "it has a GIL\t/usr/bin/python3\t3.11.2\tuse python3.13t\n");
            System.exit(status);
        }
        FakeAgent agent = FakeAgent.connect(System.getenv("RACEWITNESS_ENDPOINT"), session);
        String token = mode.equals("wrong-token") ? "00".repeat(32) : System.getenv("RACEWITNESS_TOKEN");
        FakeAgent.Reply reply = agent.hello(token);
        if (reply.status() != 0) {
            System.err.println(reply.message());
            System.exit(status);
        }
        List<RacyTrace.Stream> streams = mode.equals("ordered") ? RacyTrace.ordered() : RacyTrace.racy();
        switch (mode) {
            case "racy", "ordered" -> {
                for (ByteBuffer frame : RacyTrace.frames(agent.writer(), streams)) {
                    agent.send(frame);
                }
                agent.end(RacyTrace.records(streams));
            }
            case "killed" -> {
                Files.write(runDirectory.resolve(String.format("%016x.rwb", session)), bufferFile(session, streams));
                kill("KILL");
                Thread.currentThread().join();
            }
            case "lingers" -> {
                for (ByteBuffer frame : RacyTrace.frames(agent.writer(), streams)) {
                    agent.send(frame);
                }
                Files.writeString(Path.of("connected"), "");
                Thread.currentThread().join();
            }
            default -> throw new IllegalArgumentException(mode);
        }
        System.exit(status);
    }

    private static void kill(String signal) throws Exception {
        new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "kill -" + signal + " " + ProcessHandle.current().pid())
                .start();
    }

    /** Everything committed, nothing sent. */
    private static byte[] bufferFile(long session, List<RacyTrace.Stream> streams) {
        ByteBuffer file =
                ByteBuffer.allocate(PAGE + streams.size() * (PAGE + SLOT_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RWBUF001".getBytes(StandardCharsets.US_ASCII))
                .putLong(session)
                .putInt(streams.size())
                .putInt(SLOT_BYTES);
        for (int i = 0; i < streams.size(); i++) {
            int at = PAGE + i * (PAGE + SLOT_BYTES);
            ByteBuffer records = streams.get(i).records();
            file.putLong(at, streams.get(i).uid()).putLong(at + 8, records.remaining());
            file.put(at + PAGE, records, 0, records.remaining());
        }
        return Bytes.of(file.clear());
    }
}
