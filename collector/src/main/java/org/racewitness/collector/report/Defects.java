package org.racewitness.collector.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Location;
import org.racewitness.analyzer.report.Race;

/**
 * Races put together that one change would mend: those on one attribute, global or closure variable; those between the same two program
 * points (an insertion races at the item and at the shape); and those on items and shapes of one type that share a program point, whose
 * container is the same one more often than not.
 *
 * <p>Races of different standing (suppressed or not) are never put together, so that an accepted race covers no other.
 */
final class Defects {
    private final List<Race> races;
    /** Union-find forest: the number of a race that is of the same defect, its own at a root. */
    private final int[] parent;

    private final Map<List<String>, Integer> firstWith = new HashMap<>();

    private Defects(List<Race> races) {
        this.races = races;
        this.parent = new int[races.size()];
    }

    /** Numbers of races, one list for each defect; lists, and the races of each, in the order given. */
    static List<List<Integer>> of(List<Race> races) {
        Defects defects = new Defects(races);
        for (int i = 0; i < races.size(); i++) {
            defects.parent[i] = i;
            defects.add(i);
        }
        Map<Integer, List<Integer>> lists = new LinkedHashMap<>();
        for (int i = 0; i < races.size(); i++) {
            lists.computeIfAbsent(defects.root(i), root -> new ArrayList<>()).add(i);
        }
        return List.copyOf(lists.values());
    }

    private void add(int number) {
        Race race = races.get(number);
        Location location = race.location();
        String standing = String.valueOf(race.suppressed());
        String type = String.valueOf(location.objectType());
        List<String> points = points(race);
        if (points.size() == 2) {
            join(number, List.of(standing, "pair", points.get(0), points.get(1)));
        }
        switch (location.kind()) {
            case "item", "shape" -> points.forEach(point -> join(number, List.of(standing, "container", type, point)));
            // variables of one name in different functions have nothing in common
            case "closure" -> points.forEach(point -> join(number, List.of(standing, location.name(), point)));
            default -> join(number, List.of(standing, location.kind(), type, location.name()));
        }
    }

    private void join(int number, List<String> key) {
        Integer other = firstWith.putIfAbsent(key, number);
        if (other != null) {
            int one = root(number);
            int two = root(other);
            parent[Math.max(one, two)] = Math.min(one, two);
        }
    }

    private int root(int number) {
        int root = number;
        while (parent[root] != root) {
            parent[root] = parent[parent[root]];
            root = parent[root];
        }
        return root;
    }

    /** The program points of the two sides, in an order that does not depend on which side is which; a side without a stack has none. */
    private static List<String> points(Race race) {
        return race.accesses().stream()
                .map(Access::stack)
                .filter(stack -> !stack.isEmpty())
                .map(stack -> stack.get(0))
                .map(frame -> frame.file() + ":" + frame.line() + " " + frame.function())
                .sorted()
                .toList();
    }
}
