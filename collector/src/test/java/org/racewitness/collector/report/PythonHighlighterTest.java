package org.racewitness.collector.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonHighlighterTest {
    /** Each token in brackets with the first letter of its kind. */
    private static String marked(List<String> lines) {
        int[][] runs = PythonHighlighter.highlight(lines, lines.size());
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            int at = 0;
            for (int r = 0; r < runs[i].length; r += 3) {
                out.append(lines.get(i), at, runs[i][r]);
                out.append(" kscn".charAt(runs[i][r + 2]))
                        .append('[')
                        .append(lines.get(i), runs[i][r], runs[i][r + 1])
                        .append(']');
                at = runs[i][r + 1];
            }
            out.append(lines.get(i).substring(at)).append(i + 1 < lines.size() ? "\n" : "");
        }
        return out.toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            self.n += 1                 | self.n += n[1]
            x1 = 0x1F + 1e-5 - .5j      | x1 = n[0x1F] + n[1e-5] - n[.5j]
            return not None             | k[return] k[not] k[None]
            format(returned)            | format(returned)
            d["k'#"] = 'it\\'s'  # "q"  | d[s["k'#"]] = s['it\\'s']  c[# "q"]
            f"{a!r:>{w}}" rb'\\' b"x"   | s[f"{a!r:>{w}}"] s[rb'\\' b"x"]
            'never closed               | s['never closed]
            r[0x1e+2]                   | r[n[0x1e]+n[2]]
            """)
    void oneLine(String source, String expected) {
        assertEquals(expected, marked(List.of(source)));
    }

    @Test
    void stringsReachOverLines() {
        assertEquals(
                "x = s[\"\"\"if]\ns[  'not # this]\ns[end\"\"\"] k[if] y\nz = s['a\\]\ns[b'] c[# c]\ns['open]\nk[def]",
                marked(List.of(
                        "x = \"\"\"if", "  'not # this", "end\"\"\" if y", "z = 'a\\", "b' # c", "'open", "def")));
    }

    @Test
    void anythingGivesOrderedRunsWithinTheLine() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = "\"\"\"'''\\#rbfu01.e_+- xif\ud800\ud83d\udc0d\u00e9";
        for (int round = 0; round < 5000; round++) {
            List<String> lines = random.ints(1 + random.nextInt(5), 0, 20)
                    .mapToObj(n -> {
                        StringBuilder line = new StringBuilder();
                        for (int i = 0; i < n; i++) {
                            line.append(alphabet.charAt(random.nextInt(alphabet.length())));
                        }
                        return line.toString();
                    })
                    .toList();
            int[][] runs = PythonHighlighter.highlight(lines, lines.size());
            for (int i = 0; i < lines.size(); i++) {
                int at = 0;
                for (int r = 0; r < runs[i].length; r += 3) {
                    String what = "seed " + seed + ", round " + round + ", line " + lines.get(i);
                    assertTrue(
                            runs[i][r] >= at
                                    && runs[i][r] < runs[i][r + 1]
                                    && runs[i][r + 1] <= lines.get(i).length(),
                            what);
                    at = runs[i][r + 1];
                }
            }
        }
    }
}
