package org.racewitness.analyzer.trace;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.racewitness.analyzer.wire.LocationKey;

/**
 * The strings, types, objects, keys and code objects of one session. What it does not define itself it looks up in the session of the
 * process that it was forked from: numbers are inherited by fork.
 *
 * <p>Thread-safe, since a child's look-up may come while its parent's session still grows; each method holds one object's lock at a time.
 */
final class Definitions {
    private static final byte[] NOTHING = new byte[0];

    @GuardedBy("this")
    private final Map<Integer, String> strings = new HashMap<>();

    @GuardedBy("this")
    private final Map<Integer, String> types = new HashMap<>();

    @GuardedBy("this")
    private final KeyTexts keys = new KeyTexts();

    @GuardedBy("this")
    private final Map<Integer, CodeBuilder> codes = new HashMap<>();

    @GuardedBy("this")
    private final ObjectTable objects = new ObjectTable();

    /** Written under the lock of this class, read without. */
    private volatile Definitions parent;

    /** Whether a forked child looks objects up here. */
    private volatile boolean isParent;

    /** Nothing happens where the two would inherit from each other. */
    void inheritFrom(Definitions parentDefinitions) {
        synchronized (Definitions.class) {
            for (Definitions ancestor = parentDefinitions; ancestor != null; ancestor = ancestor.parent) {
                if (ancestor == this) {
                    return;
                }
            }
            parent = parentDefinitions;
            parentDefinitions.isParent = true;
        }
    }

    /** Texts of keys take no more than this. */
    synchronized void limitKeyTexts(long maxBytes) {
        keys.limit(maxBytes);
    }

    /** Texts of keys that went because of that. */
    synchronized long forgottenKeyTexts() {
        return keys.forgotten();
    }

    /** What objects and keys take: that grows as long as the program runs. Code and names are as long as the program. */
    synchronized long bytes() {
        return keys.bytes() + objects.bytes();
    }

    synchronized void string(int number, String text) {
        strings.put(number, text);
    }

    synchronized void type(int number, String qualifiedName) {
        types.put(number, qualifiedName);
    }

    synchronized void key(long key, String text) {
        keys.put(key, text);
    }

    synchronized void object(long object, int kind, int type, int stack, int label) {
        objects.put(object, kind, type, stack, label);
    }

    void forgetObject(long object) {
        if (!isParent) {
            synchronized (this) {
                objects.remove(object);
            }
        }
    }

    synchronized void code(int number, int firstLine, int flags, int file, int function, int locals) {
        builder(number).define(firstLine, flags, file, function, locals);
    }

    /** @return whether the bytes lie within the bounds of the format */
    synchronized boolean codeBytes(int number, int part, int offset, ByteBuffer bytes) {
        return builder(number).put(part, offset, bytes);
    }

    @GuardedBy("this")
    private CodeBuilder builder(int number) {
        return codes.computeIfAbsent(number, CodeBuilder::new);
    }

    /** The text of a string, null where neither this session nor an ancestor defines it. */
    String findString(int number) {
        for (Definitions d = this; d != null; d = d.parent) {
            String text = d.ownString(number);
            if (text != null) {
                return text;
            }
        }
        return null;
    }

    /** The qualified name of a type, {@code ?} unknown. */
    String typeName(int number) {
        for (Definitions d = this; d != null; d = d.parent) {
            String name = d.ownType(number);
            if (name != null) {
                return name;
            }
        }
        return "?";
    }

    /** The text of a KEY record, null unknown. */
    String findKey(long key) {
        for (Definitions d = this; d != null; d = d.parent) {
            String text = d.ownKey(key);
            if (text != null) {
                return text;
            }
        }
        return null;
    }

    CodeObject findCode(int number) {
        for (Definitions d = this; d != null; d = d.parent) {
            CodeObject code = d.ownCode(number);
            if (code != null) {
                return code;
            }
        }
        return new CodeObject(number, "?", "?", 0, true, true, NOTHING, NOTHING, NOTHING, 0);
    }

    /** Files of the application code that this session defines. */
    Set<String> applicationFiles() {
        List<Integer> numbers;
        synchronized (this) {
            numbers = List.copyOf(codes.keySet());
        }
        Set<String> files = new HashSet<>();
        for (int number : numbers) {
            CodeObject code = findCode(number);
            if (code.application()) {
                files.add(code.file());
            }
        }
        return files;
    }

    /** What an OBJECT record said, null unknown. */
    ObjectDefinition findObject(long object) {
        for (Definitions d = this; d != null; d = d.parent) {
            ObjectDefinition definition = d.ownObject(object);
            if (definition != null) {
                return d == this ? definition : definition.withoutStack();
            }
        }
        return null;
    }

    /** A key as a person would write it, see {@link SessionModel#keyText}. */
    String keyText(long key) {
        return switch (LocationKey.kind(key)) {
            case LocationKey.KIND_INDEX -> Long.toString(LocationKey.value(key));
            case LocationKey.KIND_INTEGER -> Long.toString(LocationKey.integer(key));
            case LocationKey.KIND_OBJECT -> objectText(LocationKey.value(key));
            default -> {
                String text = findKey(key);
                yield text == null ? "?" : text;
            }
        };
    }

    private String objectText(long object) {
        ObjectDefinition definition = findObject(object);
        return definition == null ? "<?>" : "<" + typeName(definition.type()) + ">";
    }

    private synchronized String ownString(int number) {
        return strings.get(number);
    }

    private synchronized String ownType(int number) {
        return types.get(number);
    }

    private synchronized String ownKey(long key) {
        return keys.get(key);
    }

    private synchronized ObjectDefinition ownObject(long object) {
        int slot = objects.find(object);
        return slot < 0
                ? null
                : new ObjectDefinition(
                        objects.kind(slot), objects.type(slot), objects.stack(slot), objects.label(slot));
    }

    private CodeObject ownCode(int number) {
        int file;
        int function;
        synchronized (this) {
            CodeBuilder builder = codes.get(number);
            if (builder == null || !builder.isDefined()) {
                return null;
            }
            file = builder.file;
            function = builder.function;
        }
        String fileName = orUnknown(findString(file));
        String functionName = orUnknown(findString(function));
        synchronized (this) {
            return codes.get(number).build(fileName, functionName);
        }
    }

    private static String orUnknown(String text) {
        return text == null ? "?" : text;
    }

    /** One object; {@code stack} is session-wide in the session that defined it, 0 unknown. */
    record ObjectDefinition(int kind, int type, int stack, int label) {
        private ObjectDefinition withoutStack() {
            return new ObjectDefinition(kind, type, 0, label);
        }
    }
}
