package org.racewitness.collector.run;

import java.time.Duration;
import java.util.List;

/**
 * What a traced run is asked to do.
 *
 * @param command words of the command, at least one
 * @param grace how long to wait for processes that outlive the command
 * @param withLag whether the lag from event to analysis is measured
 */
public record RunSettings(List<String> command, AgentOptions agent, Duration grace, boolean withLag) {

    public RunSettings {
        command = List.copyOf(command);
    }
}
