package org.racewitness.collector.triage;

import java.util.List;
import java.util.stream.Stream;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Frame;
import org.racewitness.analyzer.report.Race;
import org.racewitness.collector.config.Suppression;

/** A suppression ready to be held against races. Confined to one thread. */
final class Rule {
    private final Suppression suppression;
    private final Glob location;
    private final Glob file;
    private final Glob function;
    private final Glob module;
    private long matched;

    Rule(Suppression suppression) {
        this.suppression = suppression;
        this.location = suppression.location() == null ? null : Glob.whole(suppression.location());
        this.file = suppression.file() == null ? null : Glob.endBehind('/', suppression.file());
        this.function = suppression.function() == null ? null : Glob.whole(suppression.function());
        this.module = suppression.module() == null ? null : Glob.endBehind('.', suppression.module());
    }

    Suppression suppression() {
        return suppression;
    }

    /** Races that it matched so far. */
    long matched() {
        return matched;
    }

    /** Whether it is about that race; counted. */
    boolean matches(Race race) {
        boolean matches = isAbout(race) && isAtFrames(race);
        matched += matches ? 1 : 0;
        return matches;
    }

    private boolean isAbout(Race race) {
        return (suppression.fingerprint() == null || race.fingerprint().startsWith(suppression.fingerprint()))
                && (suppression.verdict() == null || race.verdict().label().equals(suppression.verdict()))
                && (location == null || location.matches(race.location().name()));
    }

    /** File, function and module have to match one and the same frame. */
    private boolean isAtFrames(Race race) {
        if (file == null && function == null && module == null) {
            return true;
        }
        return race.accesses().stream().flatMap(this::considered).anyMatch(this::matches);
    }

    /** A pattern that matched anywhere in a stack would hide unrelated races, so that has to be asked for. */
    private Stream<Frame> considered(Access access) {
        List<Frame> stack = access.stack();
        return suppression.anywhere() ? stack.stream() : stack.stream().limit(1);
    }

    private boolean matches(Frame frame) {
        return (file == null || file.matches(frame.file().replace('\\', '/')))
                && (function == null || function.matches(frame.function()))
                && (module == null || module.matches(moduleOf(frame.file())));
    }

    /** {@code /srv/app/legacy/cache.py} as {@code srv.app.legacy.cache}: the module's dotted name is an end of it. */
    static String moduleOf(String file) {
        String path = file.replace('\\', '/').replaceFirst("\\.pyw?$", "").replaceFirst("/__init__$", "");
        return path.replaceFirst("^/+", "").replace('/', '.');
    }
}
