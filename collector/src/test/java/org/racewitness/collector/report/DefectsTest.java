package org.racewitness.collector.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.report.Location;
import org.racewitness.analyzer.report.Race;
import org.racewitness.analyzer.report.Verdict;

/** Which races are put together as one defect, and which are not. */
class DefectsTest {
    private final List<Race> races = new ArrayList<>();

    private void race(String kind, String name, String type, int lineOfOne, int lineOfTwo) {
        Location location = new Location(kind, name, type, null);
        races.add(new Race(
                "R" + (races.size() + 1),
                "00",
                Verdict.LOST_UPDATE,
                1,
                location,
                List.of(access(lineOfOne), access(lineOfTwo)),
                List.of(),
                null,
                List.of()));
    }

    /** @param line 0 for no stack */
    private static Access access(int line) {
        List<Frame> stack = line == 0 ? List.of() : List.of(new Frame("a.py", line, line, 0, 1, "f" + line, true));
        return new Access("write", 1, new Access.ThreadRef(1, "T"), List.of(), stack, List.of());
    }

    @Test
    void anAttributeIsOneDefectWhereverItRaces() {
        race("attribute", "A.x", "m.A", 1, 2);
        race("attribute", "A.y", "m.A", 3, 4);
        race("attribute", "A.x", "m.A", 5, 6);
        race("attribute", "A.x", "other.A", 7, 8);
        assertEquals(List.of(List.of(0, 2), List.of(1), List.of(3)), Defects.of(races));
    }

    @Test
    void theSameTwoPointsAreOneDefectWhateverTheyTouch() {
        race("item", "dict['k']", "dict", 1, 2);
        race("attribute", "A.y", "m.A", 2, 1);
        assertEquals(List.of(List.of(0, 1)), Defects.of(races));
    }

    @Test
    void containersOfOneTypeAreOneWhereTheyShareAPoint() {
        race("shape", "list (shape)", "list", 1, 2);
        race("shape", "list (shape)", "list", 3, 4);
        race("item", "list[3]", "list", 2, 5);
        race("item", "dict[3]", "dict", 2, 6);
        race("item", "list[9]", "list", 5, 4);
        assertEquals(List.of(List.of(0, 1, 2, 4), List.of(3)), Defects.of(races));
    }

    @Test
    void variablesOfOneNameInDifferentFunctionsAreNotOne() {
        race("closure", "hits", null, 1, 2);
        race("closure", "hits", null, 3, 4);
        race("closure", "hits", null, 4, 5);
        assertEquals(List.of(List.of(0), List.of(1, 2)), Defects.of(races));
    }

    @Test
    void sidesWithoutAStackPutNothingTogether() {
        race("item", "list[1]", "list", 0, 0);
        race("item", "list[2]", "list", 0, 0);
        assertEquals(List.of(List.of(0), List.of(1)), Defects.of(races));
    }

    @Test
    void anAcceptedRaceCoversNoOther() {
        race("attribute", "A.x", "m.A", 1, 2);
        race("attribute", "A.x", "m.A", 1, 3);
        races.set(0, races.get(0).withSuppressed("a statistic"));
        assertEquals(List.of(List.of(0), List.of(1)), Defects.of(races));
    }
}
