package org.racewitness.collector.os;

import java.util.Map;

/**
 * One variable that a command gets in addition to, or joined with, what is in the environment.
 *
 * @param name ASCII
 */
public record EnvironmentChange(String name, String value, Mode mode) {
    private static final char SEPARATOR = ':';

    /** What happens to a value that is already there. */
    public enum Mode {
        SET,
        /** The new value, a colon, the old one. */
        PREPEND,
        /** The old value, a colon, the new one. */
        APPEND
    }

    public static EnvironmentChange set(String name, String value) {
        return new EnvironmentChange(name, value, Mode.SET);
    }

    public static EnvironmentChange prepend(String name, String value) {
        return new EnvironmentChange(name, value, Mode.PREPEND);
    }

    public static EnvironmentChange append(String name, String value) {
        return new EnvironmentChange(name, value, Mode.APPEND);
    }

    void apply(Map<String, String> environment) {
        environment.merge(name, value, this::join);
    }

    private String join(String old, String added) {
        return switch (mode) {
            case SET -> added;
            case PREPEND -> old.isEmpty() ? added : added + SEPARATOR + old;
            case APPEND -> old.isEmpty() ? added : old + SEPARATOR + added;
        };
    }
}
