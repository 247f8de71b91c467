package org.racewitness.collector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlugTest {
    @Test
    void everyMessageHasItsParagraphAndEveryParagraphItsMessage() throws IOException {
        Path page = Path.of("..", "docs", "messages.md"); // Maven runs tests in the module's folder
        List<String> explained = Files.readAllLines(page).stream()
                .filter(line -> line.startsWith("### "))
                .map(line -> line.substring(4))
                .toList();
        assertEquals(Arrays.stream(Slug.values()).map(Slug::label).toList(), explained);
    }
}
