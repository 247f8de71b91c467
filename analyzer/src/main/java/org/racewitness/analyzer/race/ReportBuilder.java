package org.racewitness.analyzer.race;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.racewitness.analyzer.report.Race;
import org.racewitness.analyzer.report.Verdict;

/** Groups the findings of all processes into the entries of a report, most severe first. For one report; belongs to one thread. */
final class ReportBuilder {
    private static final Comparator<Entry> BY_POINTS = Comparator.comparing((Entry entry) -> entry.key.first())
            .thenComparing(entry -> entry.key.second())
            .thenComparing(entry -> entry.key.place());

    private static final Comparator<Entry> MOST_SEVERE_FIRST =
            Comparator.comparing(Entry::verdict).thenComparing(BY_POINTS);

    private final Map<EntryKey, Entry> entries = new LinkedHashMap<>();

    List<Race> build(List<SessionRaces> sessions) {
        for (SessionRaces session : sessions) {
            new SessionJudge(session)
                    .forEachFinding(finding ->
                            entries.computeIfAbsent(finding.key(), Entry::new).add(finding));
        }
        mergeActsIntoTests();
        List<Entry> byPoints = new ArrayList<>(entries.values());
        byPoints.sort(BY_POINTS);
        Map<Entry, String> fingerprints = new Fingerprints().of(byPoints);
        List<Entry> ordered = new ArrayList<>(byPoints);
        ordered.sort(MOST_SEVERE_FIRST);
        List<Race> races = new ArrayList<>();
        for (Entry entry : ordered) {
            races.add(race(entry, "R" + (races.size() + 1), fingerprints.get(entry)));
        }
        return List.copyOf(races);
    }

    /** A test and the write that it decides on race with the same write: one defect, shown at the test. */
    private void mergeActsIntoTests() {
        for (Entry entry : List.copyOf(entries.values())) {
            entry.testedInstead().stream()
                    .map(entries::get)
                    .filter(Objects::nonNull)
                    .filter(tested -> tested.verdict() == Verdict.CHECK_THEN_ACT)
                    .findFirst()
                    .ifPresent(tested -> {
                        tested.absorb(entry);
                        entries.remove(entry.key);
                    });
        }
    }

    private static Race race(Entry entry, String id, String fingerprint) {
        Finding shown = entry.shown();
        SessionJudge judge = shown.judge();
        return new Race(
                id,
                fingerprint,
                entry.verdict(),
                entry.count(),
                shown.location(),
                List.of(judge.access(shown.first()), judge.access(shown.second())),
                judge.firstSeen(shown.object()),
                entry.suppressed(),
                entry.tests(),
                judge.explanation(shown));
    }
}
