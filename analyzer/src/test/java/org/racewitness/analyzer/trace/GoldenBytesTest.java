package org.racewitness.analyzer.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.wire.Answer;

/**
 * The bytes that both languages agree on. A change of the format rewrites them: {@code mvn -pl analyzer test -Dtest=GoldenBytesTest
 * -Dgolden.write=true}.
 */
class GoldenBytesTest {
    private static final Path GOLDEN = Path.of("..", "docs", "golden");

    @BeforeAll
    static void write() throws IOException {
        if (Boolean.getBoolean("golden.write")) {
            Files.createDirectories(GOLDEN);
            Files.write(GOLDEN.resolve("trace.bin"), GoldenTrace.bytes());
            Files.writeString(GOLDEN.resolve("trace.txt"), dump(GoldenTrace.bytes()));
            Files.write(GOLDEN.resolve("answer.bin"), answer());
        }
    }

    @Test
    void theTraceIsEncodedAsItEverWas() throws IOException {
        assertArrayEquals(Files.readAllBytes(GOLDEN.resolve("trace.bin")), GoldenTrace.bytes());
    }

    @Test
    void theTraceReadsAsItEverDid() throws IOException {
        assertEquals(
                Files.readString(GOLDEN.resolve("trace.txt")), dump(Files.readAllBytes(GOLDEN.resolve("trace.bin"))));
    }

    @Test
    void theAnswerIsEncodedAsItEverWas() throws IOException {
        assertArrayEquals(Files.readAllBytes(GOLDEN.resolve("answer.bin")), answer());
    }

    private static byte[] answer() {
        ByteBuffer answer = Answer.WRONG_TOKEN.encode("wrong token");
        byte[] bytes = new byte[answer.remaining()];
        answer.get(bytes);
        return bytes;
    }

    private static String dump(byte[] trace) throws IOException {
        StringBuilder text = new StringBuilder();
        TraceDump.text(Channels.newChannel(new ByteArrayInputStream(trace)), text);
        return text.toString();
    }
}
