package org.racewitness.analyzer.race;

import org.racewitness.analyzer.report.Location;
import org.racewitness.analyzer.trace.SessionModel;
import org.racewitness.analyzer.wire.LocationKey;

/** What a location is called, by the kind of its object (table "Definitions" of {@code docs/wire-format.md}). */
final class LocationNames {
    static final String ATTRIBUTE = "attribute";
    static final String GLOBAL = "global";
    static final String CLOSURE = "closure";
    static final String ITEM = "item";
    static final String SHAPE = "shape";

    private static final int INSTANCE = 1;
    private static final int CLASS = 2;
    private static final int FUNCTION = 3;
    private static final int MODULE = 4;
    private static final int CELL = 5;
    private static final int THREAD_LOCAL = 13;

    private final SessionModel model;

    LocationNames(SessionModel model) {
        this.model = model;
    }

    /** Name of a location, as {@link Location#name} describes it. All items of a container together count as its shape. */
    Location of(long object, long key) {
        int kind = model.objectKind(object);
        String type = model.objectType(object);
        if (key == LocationKey.SHAPE || key == LocationKey.ALL_ITEMS) {
            return new Location(SHAPE, lastPart(type) + " (shape)", type, null);
        }
        if (key == LocationKey.CELL || kind == CELL) {
            return new Location(CLOSURE, orUnknown(model.objectLabel(object)), type, null);
        }
        String text = model.keyText(key);
        if (kind == MODULE) {
            return new Location(GLOBAL, orUnknown(model.objectLabel(object)) + "." + text, type, null);
        }
        if (kind == INSTANCE || kind == THREAD_LOCAL) {
            return new Location(ATTRIBUTE, lastPart(type) + "." + text, type, null);
        }
        if (kind == CLASS || kind == FUNCTION) {
            String owner = lastPart(orUnknown(model.objectLabel(object)));
            return new Location(ATTRIBUTE, owner + "." + text, type, null);
        }
        String subscript = subscript(key, text);
        return new Location(ITEM, lastPart(type) + "[" + subscript + "]", type, subscript);
    }

    /** {@code Counter} of {@code app.models.Counter}. */
    static String lastPart(String qualifiedName) {
        return qualifiedName.substring(qualifiedName.lastIndexOf('.') + 1);
    }

    private static String orUnknown(String label) {
        return label.isEmpty() ? "?" : label;
    }

    /** Text of a key as it stands in a subscript: that of a text key is its bare string and gets Python's quotes. */
    private static String subscript(long key, String text) {
        return LocationKey.kind(key) == LocationKey.KIND_NAME ? PythonText.quote(text) : text;
    }
}
