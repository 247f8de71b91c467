package org.racewitness.analyzer.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HelloTest {
    private static final Map<String, String> PAIRS = Map.of("python", "3.13.5", "freeThreaded", "1", "cwd", "/tmp/ü");

    private static Hello hello() {
        return new Hello(1, 42, -1, 2, 1_000_000_000L, 5, 6, 7, new byte[32], PAIRS);
    }

    @Test
    void whatIsWrittenIsRead() throws WireFormatException {
        Hello read = Hello.read(new FrameWriter(42).hello(hello()));
        assertEquals(PAIRS, read.pairs());
        assertEquals(-1, read.pid());
        assertEquals(7, read.parentSession());
        assertEquals("3.13.5", read.python());
        assertTrue(read.freeThreaded());
        assertArrayEquals(new byte[32], read.token());
    }

    @Test
    void everyTruncationSaysWhatIsMissing() {
        byte[] payload = hello().encode();
        for (int length = 0; length < payload.length; length++) {
            ByteBuffer frame =
                    new FrameWriter(42).processFrame(FrameDescriptor.TYPE_HELLO, 0, Arrays.copyOf(payload, length));
            WireFormatException fault = assertThrows(WireFormatException.class, () -> Hello.read(frame));
            assertTrue(fault.getMessage().startsWith("Truncated: length "), fault::getMessage);
        }
    }

    @Test
    void aClockThatStandsStillIsRefused() {
        Hello hello = new Hello(1, 42, 1, 2, 0, 5, 6, 7, new byte[32], PAIRS);
        WireFormatException fault =
                assertThrows(WireFormatException.class, () -> Hello.read(new FrameWriter(42).hello(hello)));
        assertEquals("malformed HELLO: 0 ticks per second", fault.getMessage());
    }

    @Test
    void theTextOfATruncationIsReadable() {
        ByteBuffer pairs = ByteBuffer.wrap(new byte[] {1, 0, 66, 0, 'k', 'e', 'y'});
        WireFormatException fault = assertThrows(WireFormatException.class, () -> Pairs.read(pairs));
        assertEquals("Truncated: length 66 > bytes available 3 reading the key of pair 0", fault.getMessage());
    }
}
