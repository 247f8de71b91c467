package org.racewitness.collector.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.racewitness.collector.os.CommandStatus;
import org.racewitness.collector.os.RunningCommand;
import org.racewitness.collector.os.Signals;

class SignalRelayTest {
    private final CompletableFuture<RunningCommand> started = new CompletableFuture<>();
    private final AtomicInteger insisted = new AtomicInteger();
    private final SignalRelay relay = new SignalRelay(started, insisted::incrementAndGet);
    private final List<Integer> sent = new ArrayList<>();
    private final CompletableFuture<CommandStatus> ended = new CompletableFuture<>();

    private void start() {
        started.complete(new RunningCommand() {
            @Override
            public long pid() {
                return 1;
            }

            @Override
            public CompletableFuture<CommandStatus> ended() {
                return ended;
            }

            @Override
            public void signal(int number) {
                sent.add(number);
            }
        });
    }

    @Test
    void aSignalIsPassedOnAlsoOneThatCameBeforeTheCommand() {
        relay.received(Signals.SIGTERM);
        start();
        relay.received(Signals.SIGTERM);
        assertEquals(List.of(Signals.SIGTERM, Signals.SIGTERM), sent);
        assertFalse(relay.enough().isDone());
    }

    @Test
    void onceTheCommandHasEndedTheFirstEndsTheWaitingAndTheSecondTheTool() {
        start();
        ended.complete(new CommandStatus(0, null, null));
        relay.received(Signals.SIGINT);
        assertTrue(relay.enough().isDone());
        assertEquals(0, insisted.get());
        relay.received(Signals.SIGINT);
        assertEquals(1, insisted.get());
        assertEquals(List.of(), sent);
    }
}
