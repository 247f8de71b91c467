package org.racewitness.collector.report;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.racewitness.analyzer.report.Level;

/** Wording that the reports share. */
final class Text {
    private Text() {}

    /** {@code 1234567} as {@code 1,234,567}, whatever the machine's language. */
    static String number(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** {@code 1 race}, {@code 2 races}. */
    static String count(long n, String noun) {
        String plural = noun.endsWith("s") ? noun + "es" : noun + "s";
        return number(n) + " " + (n == 1 ? noun : plural);
    }

    /** {@code error}, {@code warning}, {@code note}. */
    static String level(Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }

    /** {@code a}, {@code a and b}, {@code a, b and c}. */
    static String enumerate(List<String> items) {
        int last = items.size() - 1;
        return last < 1
                ? String.join("", items)
                : String.join(", ", items.subList(0, last)) + " and " + items.get(last);
    }

    /** {@code 87 ms}, {@code 1.2 s}, {@code 3 min 05 s}. */
    static String duration(Duration time) {
        long ms = time.toMillis();
        if (ms < 1000) {
            return ms + " ms";
        }
        if (ms < 60_000) {
            return String.format(Locale.ROOT, "%.1f s", ms / 1000.0);
        }
        return String.format(Locale.ROOT, "%d min %02d s", ms / 60_000, ms / 1000 % 60);
    }

    /** {@code signal 11 (SIGSEGV)}. The numbers are those of Linux on the common processors. */
    static String signal(int number) {
        String name = switch (number) {
            case 1 -> "SIGHUP";
            case 2 -> "SIGINT";
            case 3 -> "SIGQUIT";
            case 4 -> "SIGILL";
            case 6 -> "SIGABRT";
            case 7 -> "SIGBUS";
            case 8 -> "SIGFPE";
            case 9 -> "SIGKILL";
            case 11 -> "SIGSEGV";
            case 13 -> "SIGPIPE";
            case 14 -> "SIGALRM";
            case 15 -> "SIGTERM";
            default -> null;
        };
        return "signal " + number + (name == null ? "" : " (" + name + ")");
    }

    /**
     * Text from the traced program with everything made visible that would act on a terminal or reorder what is read:
     * control characters, line separators, and the bidirectional overrides with which a source can be made to look like
     * another one (CVE-2021-42574).
     */
    static String visible(String text) {
        if (text.codePoints().noneMatch(Text::acts)) {
            return text;
        }
        StringBuilder shown = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (!acts(c)) {
                shown.appendCodePoint(c);
            } else if (c == '\t') {
                shown.append("    ");
            } else {
                shown.append(String.format(Locale.ROOT, c < 0x100 ? "\\x%02x" : "\\u%04x", c));
            }
        });
        return shown.toString();
    }

    private static boolean acts(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE;
    }
}
