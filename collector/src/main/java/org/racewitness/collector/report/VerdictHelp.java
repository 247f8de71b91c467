package org.racewitness.collector.report;

import org.racewitness.analyzer.report.Verdict;

/**
 * What a verdict means whatever the program, for the rules of SARIF and the man page.
 *
 * @param title a few words
 * @param meaning what can go wrong, one or two sentences
 * @param guarantee what CPython's documentation says about it ("Thread Safety Guarantees" of the library reference)
 * @param remedy what usually mends it
 */
record VerdictHelp(String title, String meaning, String guarantee, String remedy) {

    static VerdictHelp of(Verdict verdict) {
        return switch (verdict) {
            case LOST_UPDATE ->
                new VerdictHelp(
                        "A concurrent update can be lost",
                        "One thread reads a location and writes back what it computed from it, another writes the location in between: that write is lost.",
                        "A read, a computation and a write are separate operations on every build of CPython; `x += 1` is not atomic.",
                        "Hold one lock from the read to the write, on both sides.");
            case CHECK_THEN_ACT ->
                new VerdictHelp(
                        "A check can be out of date when it is acted on",
                        "One thread tests a location and writes it on that ground, another writes it in between: the answer no longer holds.",
                        "Single operations on dict, list and set are atomic; two of them in a row are not.",
                        "Hold one lock over the test and the action, or use one atomic operation (dict.setdefault, dict.pop with a default).");
            case ITERATION_MUTATION ->
                new VerdictHelp(
                        "A container is changed while it is iterated over",
                        "A loop over a container that another thread changes can skip or repeat elements or end with a RuntimeError.",
                        "Iterating over a container that another thread changes is safe for the interpreter and not for the loop's result.",
                        "Hold one lock over the loop and over the change, or loop over a copy taken under that lock.");
            case TORN_OPERATION ->
                new VerdictHelp(
                        "An operation can be seen half-done",
                        "An operation of several steps (insert, pop from the middle, sort) runs beside one that takes no lock and can meet it half-done.",
                        "Operations that move several items are not documented as atomic for readers that take no lock.",
                        "Hold one lock around the operation and around every use beside it.");
            case UNORDERED_WRITE_WRITE ->
                new VerdictHelp(
                        "Two writes in no order",
                        "Two threads write a location and nothing orders them: which value stays is left to chance.",
                        "A single store is atomic, so one of the two values stays whole; the order is not defined.",
                        "Hold one lock on both sides, or let one thread write and hand the value over.");
            case UNORDERED_READ_WRITE ->
                new VerdictHelp(
                        "A read and a write in no order",
                        "One thread reads a location that another writes and nothing orders them: the reader may see the value from before or after.",
                        "A single load or store is atomic, so the value is whole; the order is not defined.",
                        "Hold one lock on both sides, or order the read after the write (join, Event, queue).");
            case ATOMIC_UPDATE ->
                new VerdictHelp(
                        "Two atomic updates in no order",
                        "Both updates are documented as atomic on the free-threaded build: nothing is lost or torn, only their order is left to chance.",
                        "list.append, dict.setdefault, set.add, deque.append and the like are atomic.",
                        "Nothing, unless the order of the two matters.");
        };
    }
}
