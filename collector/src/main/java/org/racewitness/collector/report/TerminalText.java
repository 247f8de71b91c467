package org.racewitness.collector.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Text measured in terminal columns: East Asian wide characters and emoji take two, combining marks none. */
final class TerminalText {
    private static final String ELLIPSIS = "\u2026";
    private static final Pattern SPACES = Pattern.compile(" +");

    private TerminalText() {}

    /** Columns that {@code text} takes; it holds no control characters. */
    static int width(String text) {
        return text.codePoints().map(TerminalText::width).sum();
    }

    private static int width(int c) {
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        return c >= 0x1100 && isWide(c) ? 2 : 1;
    }

    /** The blocks of Unicode's EastAsianWidth.txt that are W or F. */
    private static boolean isWide(int c) {
        return c <= 0x115f
                || (c >= 0x2e80 && c <= 0xa4cf && c != 0x303f)
                || (c >= 0xac00 && c <= 0xd7a3)
                || (c >= 0xf900 && c <= 0xfaff)
                || (c >= 0xfe30 && c <= 0xfe6f)
                || (c >= 0xff00 && c <= 0xff60)
                || (c >= 0xffe0 && c <= 0xffe6)
                || (c >= 0x1f300 && c <= 0x1f64f)
                || (c >= 0x1f900 && c <= 0x1f9ff)
                || (c >= 0x20000 && c <= 0x3fffd);
    }

    /** The beginning of {@code text}, with an ellipsis where something was cut. */
    static String clipEnd(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        return text.substring(0, prefix(text, Math.max(columns - 1, 0))) + ELLIPSIS;
    }

    /** The end of {@code text}, which of a path is the part that says most. */
    static String clipStart(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        int start = text.length();
        int used = 0;
        while (start > 0) {
            int c = text.codePointBefore(start);
            if (used + width(c) > columns - 1) {
                break;
            }
            used += width(c);
            start -= Character.charCount(c);
        }
        return ELLIPSIS + text.substring(start);
    }

    /** Lines of at most {@code columns}, of which there must be two, broken at spaces where that is possible. */
    static List<String> wrap(String text, int columns) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int used = 0;
        for (String word : SPACES.split(text, -1)) {
            int wide = width(word);
            if (!line.isEmpty() && used + 1 + wide > columns) {
                lines.add(line.toString());
                line.setLength(0);
                used = 0;
            }
            while (wide > columns) {
                int cut = Math.max(prefix(word, columns), Character.charCount(word.codePointAt(0)));
                lines.add(word.substring(0, cut));
                word = word.substring(cut);
                wide = width(word);
            }
            if (!line.isEmpty()) {
                line.append(' ');
                used++;
            }
            line.append(word);
            used += wide;
        }
        if (!line.isEmpty() || lines.isEmpty()) {
            lines.add(line.toString());
        }
        return lines;
    }

    /** Length in chars of the longest beginning that takes no more than {@code columns}. */
    private static int prefix(String text, int columns) {
        int end = 0;
        int used = 0;
        while (end < text.length()) {
            int c = text.codePointAt(end);
            if (used + width(c) > columns) {
                break;
            }
            used += width(c);
            end += Character.charCount(c);
        }
        return end;
    }
}
