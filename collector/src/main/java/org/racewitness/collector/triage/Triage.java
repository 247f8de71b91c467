package org.racewitness.collector.triage;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.analyzer.report.Race;
import org.racewitness.collector.config.Suppression;
import org.racewitness.collector.report.Sources;

/** Marks the races that are accepted or known, and tells which suppressions did nothing. For one report; confined to one thread. */
public final class Triage {
    /** Of suppressions or vanished races, how many are named. */
    private static final int NAMED = 20;

    private final List<Rule> rules;
    private final IgnoreComments comments;
    private final Baseline baseline;
    private final Set<String> known = new HashSet<>();
    private final LocalDate today;
    private final List<String> notes = new ArrayList<>();

    /**
     * @param sources where comments on racing lines are read
     * @param baseline known races, null for none
     * @param today a suppression holds through its last day
     */
    public Triage(List<Suppression> suppressions, Sources sources, Baseline baseline, LocalDate today) {
        this.rules = suppressions.stream().map(Rule::new).toList();
        this.comments = new IgnoreComments(sources);
        this.baseline = baseline;
        this.today = today;
        if (baseline != null) {
            baseline.races().forEach(race -> known.add(race.fingerprint()));
        }
    }

    /** The report with its accepted and known races marked; none is left out. */
    public AnalysisReport apply(AnalysisReport report) {
        List<Race> marked = report.races().stream().map(this::marked).toList();
        tellExpired();
        tellUnused();
        for (String place : comments.withoutReason()) {
            notes.add(
                    place + ": the comment gives no reason and suppresses nothing; write `# racewitness: ignore[why]`");
        }
        tell(
                comments.unused(report.files()).stream()
                        .map(place -> place + ": `# racewitness: ignore[...]` met no race in this run")
                        .toList(),
                "more comments met no race in this run");
        if (baseline != null) {
            tell(
                    baseline.vanished(report.races()).stream()
                            .map(race -> "no longer found, though in the baseline: " + race.label())
                            .toList(),
                    "more races of the baseline were no longer found");
        }
        return report.withRaces(marked);
    }

    /** Sentences for the reader: suppressions that are unused or expired, races of the baseline that are gone. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    private Race marked(Race race) {
        String reason = race.suppressed();
        for (Rule rule : rules) {
            boolean holds =
                    rule.matches(race) && !isExpired(rule); // every rule sees every race: an overlap is no unused rule
            reason = reason == null && holds ? rule.suppression().reason() : reason;
        }
        reason = reason == null ? comments.reasonFor(race) : reason;
        reason = reason == null && known.contains(race.fingerprint()) ? Baseline.KNOWN : reason;
        return race.withSuppressed(reason);
    }

    private boolean isExpired(Rule rule) {
        LocalDate last = rule.suppression().expires();
        return last != null && today.isAfter(last);
    }

    private void tellExpired() {
        tell(
                rules.stream()
                        .filter(this::isExpired)
                        .map(rule -> "expired on " + rule.suppression().expires() + " and suppresses nothing: "
                                + named(rule)
                                + (rule.matched() == 0 ? "; it matches no race any more, remove it" : ""))
                        .toList(),
                "more suppressions have expired");
    }

    private void tellUnused() {
        tell(
                rules.stream()
                        .filter(rule -> rule.matched() == 0 && !isExpired(rule))
                        .map(rule -> "matched no race in this run: " + named(rule))
                        .toList(),
                "more suppressions matched no race in this run");
    }

    private static String named(Rule rule) {
        return rule.suppression().where() + " (" + rule.suppression().conditions() + ")";
    }

    private void tell(List<String> sentences, String more) {
        notes.addAll(sentences.subList(0, Math.min(NAMED, sentences.size())));
        if (sentences.size() > NAMED) {
            notes.add((sentences.size() - NAMED) + " " + more);
        }
    }
}
