package org.racewitness.collector.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.racewitness.collector.ProblemException;

class CollectorAddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"ci.example.org:7410", "127.0.0.1:1", "[::1]:65535", "unix:/run/racewitness.sock"})
    void isShownAsItIsWritten(String text) throws Exception {
        assertEquals(text, CollectorAddress.parse("--collector", text, 1).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "host:", ":7410", "host:0", "host:65536", "host:-1", "host:7410x", "::1:7410"})
    void isAnErrorOtherwise(String text) {
        ProblemException problem =
                assertThrows(ProblemException.class, () -> CollectorAddress.parse("--collector", text, 1));
        assertEquals(
                "--collector " + text + " is no address; write HOST:PORT, [IPV6]:PORT or unix:PATH",
                problem.problem().message());
    }

    @Test
    void aServiceMayTakeAnyPort() throws Exception {
        assertEquals(0, CollectorAddress.parse("--listen", "localhost:0", 0).port());
    }
}
