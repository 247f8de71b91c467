package org.racewitness.collector.report;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Finds the keywords, strings, comments and numbers of Python source for colouring. A scanner, no parser: it never
 * fails, and on text that is no Python it colours something harmless. Strings that reach over several lines are
 * followed, so it must see a file from its beginning. Replacement fields of f-strings count as string.
 */
final class PythonHighlighter {
    static final int KEYWORD = 1;
    static final int STRING = 2;
    static final int COMMENT = 3;
    static final int NUMBER = 4;

    /** Keywords of Python 3.13 (Lib/keyword.py), the soft ones left out: they are names more often than not. */
    private static final Set<String> KEYWORDS = Set.of(
            "False",
            "None",
            "True",
            "and",
            "as",
            "assert",
            "async",
            "await",
            "break",
            "class",
            "continue",
            "def",
            "del",
            "elif",
            "else",
            "except",
            "finally",
            "for",
            "from",
            "global",
            "if",
            "import",
            "in",
            "is",
            "lambda",
            "nonlocal",
            "not",
            "or",
            "pass",
            "raise",
            "return",
            "try",
            "while",
            "with",
            "yield");

    /** Quote that ends the string which reaches into the next line, null outside of such a string. */
    private String open;

    private int[] runs = new int[24];
    private int used;

    private PythonHighlighter() {}

    /**
     * Runs of the first {@code count} lines: for each line a flat array of triples (first index, index behind the last,
     * one of the constants above), in order and without overlap; what lies between is plain.
     */
    static int[][] highlight(List<String> lines, int count) {
        PythonHighlighter scanner = new PythonHighlighter();
        int[][] all = new int[Math.min(count, lines.size())][];
        for (int i = 0; i < all.length; i++) {
            all[i] = scanner.line(lines.get(i));
        }
        return all;
    }

    private int[] line(String text) {
        used = 0;
        int i = 0;
        if (open != null) {
            i = string(text, 0, 0);
        }
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '#') {
                run(i, text.length(), COMMENT);
                break;
            } else if (c == '"' || c == '\'') {
                i = quote(text, i, i);
            } else if (isDigit(c) || (c == '.' && i + 1 < text.length() && isDigit(text.charAt(i + 1)))) {
                i = number(text, i);
            } else if (Character.isUnicodeIdentifierStart(c) || c == '_') {
                i = word(text, i);
            } else {
                i++;
            }
        }
        return Arrays.copyOf(runs, used);
    }

    /** A name, a keyword, or the prefix of a string. */
    private int word(String text, int start) {
        int end = start + 1;
        while (end < text.length()
                && (Character.isUnicodeIdentifierPart(text.charAt(end)) || text.charAt(end) == '_')) {
            end++;
        }
        if (end < text.length() && end - start <= 2 && (text.charAt(end) == '"' || text.charAt(end) == '\'')) {
            String prefix = text.substring(start, end);
            if (prefix.chars().allMatch(c -> "rRbBuUfFtT".indexOf(c) >= 0)) {
                return quote(text, start, end);
            }
        }
        if (KEYWORDS.contains(text.substring(start, end))) {
            run(start, end, KEYWORD);
        }
        return end;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private int number(String text, int start) {
        int end = start + 1;
        while (end < text.length()) {
            char c = text.charAt(end);
            boolean exponentSign = (c == '+' || c == '-')
                    && (text.charAt(end - 1) == 'e' || text.charAt(end - 1) == 'E')
                    && !text.startsWith("0x", start)
                    && !text.startsWith("0X", start);
            if (!exponentSign && c != '.' && c != '_' && (c >= 128 || !Character.isLetterOrDigit(c))) {
                break;
            }
            end++;
        }
        run(start, end, NUMBER);
        return end;
    }

    /** A string begins: its prefix at {@code start}, its quote at {@code at}. */
    private int quote(String text, int start, int at) {
        String one = text.substring(at, at + 1);
        open = text.startsWith(one.repeat(3), at) ? one.repeat(3) : one;
        return string(text, start, at + open.length());
    }

    /** Goes on with the open string from {@code from}; the run begins at {@code start}. */
    private int string(String text, int start, int from) {
        int i = from;
        while (i < text.length()) {
            if (text.charAt(i) == '\\') {
                i += 2; // in a raw string, too, a backslash keeps a quote from ending it
            } else if (text.startsWith(open, i)) {
                i += open.length();
                open = null;
                run(start, i, STRING);
                return i;
            } else {
                i++;
            }
        }
        // a string in single quotes ends with the line, unless a backslash carries it on
        if (open.length() == 1 && !text.endsWith("\\")) {
            open = null;
        }
        run(start, text.length(), STRING);
        return text.length();
    }

    private void run(int from, int to, int kind) {
        if (from >= to) {
            return;
        }
        if (used + 3 > runs.length) {
            runs = Arrays.copyOf(runs, runs.length * 2);
        }
        runs[used++] = from;
        runs[used++] = to;
        runs[used++] = kind;
    }
}
