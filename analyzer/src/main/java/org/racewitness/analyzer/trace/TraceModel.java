package org.racewitness.analyzer.trace;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The model of a session in the wire format; {@link SessionTrace} fills it. Owned as {@link StackTable} says. */
final class TraceModel implements SessionModel {
    final StackTable stacks = new StackTable();
    final ThreadTable threads = new ThreadTable();
    final Definitions definitions = new Definitions();

    /** Last values of the COUNTER records, by name. */
    final Map<String, Long> counters = new LinkedHashMap<>();

    @Override
    public int stackParent(int stack) {
        return stacks.parent(stack);
    }

    @Override
    public int stackCode(int stack) {
        return stacks.code(stack);
    }

    @Override
    public int stackOffset(int stack) {
        return stacks.offset(stack);
    }

    /** Files of the application code that this session defines. */
    Set<String> applicationFiles() {
        return definitions.applicationFiles();
    }

    @Override
    public CodeObject code(int number) {
        return definitions.findCode(number);
    }

    @Override
    public int objectKind(long object) {
        Definitions.ObjectDefinition definition = definitions.findObject(object);
        return definition == null ? 0 : definition.kind();
    }

    @Override
    public String objectType(long object) {
        Definitions.ObjectDefinition definition = definitions.findObject(object);
        return definition == null ? "?" : definitions.typeName(definition.type());
    }

    @Override
    public String objectLabel(long object) {
        Definitions.ObjectDefinition definition = definitions.findObject(object);
        String label = definition == null ? null : definitions.findString(definition.label());
        return label == null ? "" : label;
    }

    @Override
    public int objectFirstSeen(long object) {
        Definitions.ObjectDefinition definition = definitions.findObject(object);
        return definition == null ? 0 : definition.stack();
    }

    @Override
    public void forgetObject(long object) {
        definitions.forgetObject(object);
    }

    @Override
    public String keyText(long key) {
        return definitions.keyText(key);
    }

    @Override
    public TraceThread thread(int thread) {
        return threads.get(thread);
    }

    @Override
    public int threadCount() {
        return threads.size();
    }
}
