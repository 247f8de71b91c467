package org.racewitness.analyzer.race;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.racewitness.analyzer.report.Location;
import org.racewitness.analyzer.wire.LocationKey;

/** Names of locations, locks and files. */
class NamesTest {
    private final FakeProgram program = new FakeProgram();
    private final LocationNames names = new LocationNames(program);

    private String of(int kind, String type, String label, long key) {
        Location location = names.of(program.object(kind, type, label), key);
        return location.kind() + " " + location.name() + " " + location.key();
    }

    @Test
    void readAsAPersonWouldWriteThem() {
        long n = program.name("n");
        assertEquals("attribute Counter.n null", of(1, "app.Counter", "", n));
        assertEquals("attribute Inner.n null", of(1, "app.outer.<locals>.Inner", "", n));
        assertEquals("attribute Widget.n null", of(2, "type", "Widget", n));
        assertEquals("attribute Inner.n null", of(2, "type", "Outer.Inner", n));
        assertEquals("attribute handler.n null", of(3, "function", "handler", n));
        assertEquals("global app.models.n null", of(4, "module", "app.models", n));
        assertEquals("closure hits null", of(5, "cell", "hits", LocationKey.CELL));
        assertEquals("item list[3] 3", of(6, "list", "", FakeProgram.index(3)));
        assertEquals("shape list (shape) null", of(6, "list", "", LocationKey.SHAPE));
        assertEquals("item dict['n'] 'n'", of(7, "dict", "", n));
        assertEquals("item defaultdict[\"it's\"] \"it's\"", of(7, "collections.defaultdict", "", program.name("it's")));
        assertEquals(
                "item dict['two\\nlines\\x07'] 'two\\nlines\\x07'",
                of(7, "dict", "", program.name("two\nlines\u0007")));
        assertEquals("shape dict (shape) null", of(7, "dict", "", LocationKey.ALL_ITEMS));
        assertEquals("attribute local.n null", of(13, "_thread._local", "", n).replace("_local.", "local."));
    }

    @Test
    void filesKeepWhatStaysTheSameElsewhere() {
        assertEquals("bank.py", FileNames.stable("/home/me/work/bank.py"));
        assertEquals("bank.py", FileNames.stable("bank.py"));
        assertEquals("models/__init__.py", FileNames.stable("/srv/app/models/__init__.py"));
        assertEquals("models/__init__.py", FileNames.stable("models/__init__.py"));
        assertEquals("models/__main__.py", FileNames.stable("C:\\app\\models\\__main__.py"));
        assertEquals("__init__.py", FileNames.stable("__init__.py"));
        assertEquals("<string>", FileNames.base("<string>"));
    }
}
