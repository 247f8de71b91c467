package org.racewitness.analyzer.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.engine.Operation;

/** The tables of the wire format, here and in the document. */
class OperationCodeTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "wire-format.md");

    private static final Pattern OPERATION = Pattern.compile(
            "\\| (\\d+) \\| ([A-Z_]+)(?: \\([^|]*\\))? \\| ([RW]*) ?\\| ([RW]*) ?\\| ([RW]*) ?\\| [^|]+ \\|");

    private static final Pattern SYNC = Pattern.compile("\\| (\\d+) \\| ([A-Z_]+) \\| [^|]+ \\| [^|]+ \\|");

    private static final Pattern RECORD = Pattern.compile("\\| 0x([0-9a-f]{2}) \\| ([A-Z_]+) \\|.*");

    private static String letters(int access) {
        return ((access & OperationCode.READS) != 0 ? "R" : "") + ((access & OperationCode.WRITES) != 0 ? "W" : "");
    }

    private static List<Matcher> rows(Pattern row, String heading) throws IOException {
        String text = Files.readString(DOCUMENT);
        int from = text.indexOf(heading);
        int to = text.indexOf("\n#", from + heading.length());
        List<Matcher> rows = new ArrayList<>();
        text.substring(from, to < 0 ? text.length() : to).lines().forEach(line -> {
            Matcher matcher = row.matcher(line);
            if (matcher.matches()) {
                rows.add(matcher);
            }
        });
        return rows;
    }

    @Test
    void operationsAreThoseOfTheDocument() throws IOException {
        List<Matcher> rows = rows(OPERATION, "### Operations");
        assertEquals(OperationCode.LAST, rows.size());
        for (Matcher row : rows) {
            int code = Integer.parseInt(row.group(1));
            assertEquals(row.group(2), OperationCode.name(code));
            assertEquals(row.group(3), letters(OperationCode.atKey(code)), row.group());
            assertEquals(row.group(4), letters(OperationCode.toShape(code)), row.group());
            assertEquals(row.group(5), letters(OperationCode.toAllItems(code)), row.group());
        }
    }

    @Test
    void kindsOfSyncAreThoseOfTheDocument() throws IOException {
        List<Matcher> rows = rows(SYNC, "### Kinds of SYNC");
        assertEquals(SyncKind.LAST, rows.size());
        for (Matcher row : rows) {
            assertEquals(row.group(2), SyncKind.name(Integer.parseInt(row.group(1))));
        }
    }

    @Test
    void tagsAreThoseOfTheDocument() throws IOException {
        List<Matcher> rows = rows(RECORD, "## Records");
        rows.addAll(rows(RECORD, "### Definitions"));
        assertEquals(17, rows.size());
        for (Matcher row : rows) {
            int tag = Integer.parseInt(row.group(1), 16);
            assertEquals(row.group(2), RecordDescriptor.tagName(tag));
            assertTrue(RecordDescriptor.minimumWords(tag) > 0, row.group(2));
        }
    }

    @Test
    void pureReadsWriteNothing() {
        for (int code = 1; code <= OperationCode.LAST; code++) {
            int all = OperationCode.atKey(code) | OperationCode.toShape(code) | OperationCode.toAllItems(code);
            assertEquals((all & OperationCode.WRITES) == 0, OperationCode.isPureRead(code), OperationCode.name(code));
        }
        assertFalse(OperationCode.isPureRead(33), "a code that no mask of 32 bits may know");
        assertFalse(OperationCode.isKnown(0));
        assertFalse(OperationCode.isKnown(OperationCode.LAST + 1));
    }

    @Test
    void theEnginesTableIsTheSame() {
        for (int code = 1; code <= OperationCode.LAST; code++) {
            Operation operation = Operation.ofCode(code);
            assertEquals(OperationCode.atKey(code), operation.atKey(), operation::name);
            assertEquals(OperationCode.toShape(code), operation.atShape(), operation::name);
            assertEquals(OperationCode.toAllItems(code), operation.atAll(), operation::name);
        }
    }
}
