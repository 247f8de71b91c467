package org.racewitness.analyzer.trace;

/**
 * One Python code object as the trace defines it. Immutable; the arrays are owned by it and must not be changed.
 *
 * @param file {@code co_filename}
 * @param function {@code co_qualname}
 * @param application whether the agent counts it as application code
 * @param generated whether it has no source file of its own ({@code exec}, dataclass methods)
 * @param bytecode uninstrumented {@code co_code} of CPython 3.13, empty if not sent
 * @param lineTable CPython's location table (Objects/locations.md), possibly corrupt
 * @param exceptionTable {@code co_exceptiontable}
 * @param locals number of fast locals and cells ({@code co_nlocalsplus})
 */
public record CodeObject(
        int number,
        String file,
        String function,
        int firstLine,
        boolean application,
        boolean generated,
        byte[] bytecode,
        byte[] lineTable,
        byte[] exceptionTable,
        int locals) {}
