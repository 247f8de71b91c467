package org.racewitness.collector.service;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The service's own lines. Of refusals, which anybody who can connect causes, one a second is told, with the number of those in between. Confined to the
 * event loop.
 */
final class ServiceLog {
    private static final long REFUSALS_EVERY_NANOS = 1_000_000_000L;

    private final Consumer<String> out;
    private final LongSupplier nanoClock;
    private long nextRefusalNanos;
    private long untold;

    /** @param nanoClock as System.nanoTime() */
    ServiceLog(Consumer<String> out, LongSupplier nanoClock) {
        this.out = out;
        this.nanoClock = nanoClock;
        this.nextRefusalNanos = nanoClock.getAsLong();
    }

    void say(String line) {
        out.accept(line);
    }

    void refused(String line) {
        long now = nanoClock.getAsLong();
        if (now - nextRefusalNanos < 0) {
            untold++;
            return;
        }
        nextRefusalNanos = now + REFUSALS_EVERY_NANOS;
        say(line + (untold == 0 ? "" : " (and " + untold + " more since the last line)"));
        untold = 0;
    }
}
