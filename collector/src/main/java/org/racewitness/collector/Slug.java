package org.racewitness.collector;

import java.util.Locale;

/** The stable names of messages, each with its paragraph in {@code docs/messages.md}, in the order of that page. */
public enum Slug {
    // before anything runs
    USAGE,
    NO_SUBCOMMAND,
    BAD_OPTION,
    BAD_PATTERN,
    BAD_CONFIG,
    BAD_BASELINE,
    NO_REPORT,
    NO_SUCH_RACE,
    COMMAND_NOT_FOUND,
    COMMAND_NOT_EXECUTABLE,
    COMMAND_NOT_STARTED,
    REPORT_UNWRITABLE,
    TRACE_UNWRITABLE,
    NOT_A_TRACE,
    TRACE_UNREADABLE,
    TRACE_GIVEN_TWICE,
    NO_SUCH_WORKLOAD,
    BAD_TOKEN,
    ADDRESS_UNUSABLE,
    // about the run
    NOTHING_OBSERVED,
    PYTHON_UNSUPPORTED,
    TRACE_DAMAGED,
    // failures of the tool
    AGENT_MISSING,
    HOME_MISSING,
    RUN_DIRECTORY,
    COLLECTOR_UNREACHABLE,
    COLLECTOR_LOST,
    INPUT_OUTPUT,
    OUT_OF_MEMORY,
    REPORT_FAILED,
    WORKLOAD_FAILED,
    INTERNAL_ERROR;

    /** As it is printed: {@code command-not-found}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
