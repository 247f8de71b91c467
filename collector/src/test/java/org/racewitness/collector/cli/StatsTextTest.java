package org.racewitness.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatsTextTest {
    @Test
    void theMostFrequentRuleComesFirst() {
        assertEquals(
                List.of(
                        "filter: repeat 3,000 (75.0 %): READ 2,000, WRITE 1,000",
                        "filter: recorded 1,000 (25.0 %): APPEND 1,000"),
                StatsText.filter(
                        Map.of("recorded", Map.of("APPEND", 1000L), "repeat", Map.of("WRITE", 1000L, "READ", 2000L))));
        assertEquals(List.of(), StatsText.filter(Map.of()));
    }
}
