/**
 * What the JVM cannot say or do by itself: start a command untouched, its true end, signals, processors, the terminal, {@code /proc}.
 *
 * <p>Linux has all of it. Elsewhere, or where JNA cannot load its native part (a {@code noexec} temporary directory), each class says what it falls back to.
 */
package org.racewitness.collector.os;
