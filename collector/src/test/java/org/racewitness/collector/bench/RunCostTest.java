package org.racewitness.collector.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCostTest {
    @TempDir
    private Path scratch;

    @Test
    void everyFieldComesBack() throws IOException {
        RunCost cost = new RunCost(1, 2, 3, 4, 5, 6, 7, 8);
        cost.write(scratch.resolve("cost"));
        assertEquals(cost, RunCost.read(scratch.resolve("cost")));
    }

    @Test
    void whatLacksAFieldIsNoCost() throws IOException {
        Path file = Files.writeString(scratch.resolve("cost"), "{\"wallMicros\": 1}");
        assertThrows(IOException.class, () -> RunCost.read(file));
    }
}
