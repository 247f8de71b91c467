package org.racewitness.collector.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.ingest.SessionToken;

class TokenFileTest {
    @TempDir
    Path directory;

    private static String problem(Path file) {
        return assertThrows(ProblemException.class, () -> TokenFile.find(file, Map.of()))
                .problem()
                .message();
    }

    @Test
    void isMadeOnceForItsOwnerAlone() throws Exception {
        Path file = directory.resolve("new/token");
        SessionToken made = TokenFile.findOrMake(file, Map.of());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(made.hex(), TokenFile.findOrMake(file, Map.of()).hex());
        assertEquals(
                made.hex(),
                TokenFile.find(file, Map.of(TokenFile.VARIABLE, "ff".repeat(32)))
                        .hex());
    }

    @Test
    void comesFromTheEnvironmentWhereNoFileIsNamed() throws Exception {
        assertEquals(
                "ab".repeat(32),
                TokenFile.find(null, Map.of(TokenFile.VARIABLE, "AB".repeat(32)))
                        .hex());
        assertNull(TokenFile.find(null, Map.of()));
    }

    @Test
    void whatIsWrongWithItIsSaid() throws Exception {
        Path file = directory.resolve("token");
        assertTrue(problem(file).startsWith("there is no token file " + file + "; copy the one"));
        Files.writeString(file, "secret\n");
        assertEquals("the token file " + file + " is open to other users; chmod 600 " + file, problem(file));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertTrue(problem(file).startsWith("the token file " + file + " holds no token; it must be 64"));
        Files.writeString(file, "0".repeat(2000));
        assertTrue(problem(file).contains("is too long"));
        assertTrue(assertThrows(ProblemException.class, () -> TokenFile.find(null, Map.of(TokenFile.VARIABLE, "short")))
                .problem()
                .message()
                .startsWith(TokenFile.VARIABLE + " holds no token"));
    }
}
