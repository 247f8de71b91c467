package org.racewitness.analyzer.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Vector times against plain arrays. */
class TimesTest {
    private static final int SLOTS = 300;

    @Test
    void joinAsArraysDo() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        Times[] times = new Times[8];
        long[][] arrays = new long[times.length][SLOTS];
        java.util.Arrays.fill(times, Times.NOTHING);
        for (int i = 0; i < 20_000; i++) {
            int one = random.nextInt(times.length);
            int other = random.nextInt(times.length);
            int slot = random.nextInt(random.nextInt(3) == 0 ? SLOTS : 70);
            long time = 1L + random.nextInt(1 + i);
            long epoch = Epoch.of(slot, time);
            String place = "seed " + seed + ", step " + i;
            long own = Math.max(time, arrays[one][slot]);
            assertEquals(
                    coversBut(arrays[one], arrays[other], slot, own),
                    times[one].covers(times[other], slot, own),
                    place);
            switch (random.nextInt(4)) {
                case 0 -> {
                    times[one] = times[one].join(times[other]);
                    raise(arrays[one], arrays[other]);
                }
                case 1 -> {
                    times[one] = times[one].join(times[other], epoch);
                    raise(arrays[one], arrays[other]);
                    arrays[one][slot] = Math.max(arrays[one][slot], time);
                }
                case 2 -> {
                    times[one] = Times.NOTHING;
                    arrays[one] = new long[SLOTS];
                }
                default -> {
                    times[one] = times[one].join(epoch);
                    arrays[one][slot] = Math.max(arrays[one][slot], time);
                }
            }
            for (int at = 0; at < SLOTS; at++) {
                assertEquals(arrays[one][at], times[one].at(at), place);
                assertTrue(arrays[one][at] == 0 || at < times[one].length(), place);
            }
        }
    }

    @Test
    void whatIsKnownAlreadyIsShared() {
        Times some = Times.NOTHING.join(Epoch.of(3, 5)).join(Epoch.of(500, 7));
        Times more = some.join(Epoch.of(4, 1));
        assertSame(more, more.join(some));
        assertSame(more, some.join(more));
        assertSame(some, some.join(Epoch.of(500, 7)));
    }

    private static void raise(long[] times, long[] others) {
        for (int at = 0; at < SLOTS; at++) {
            times[at] = Math.max(times[at], others[at]);
        }
    }

    private static boolean coversBut(long[] times, long[] others, int slot, long time) {
        boolean covers = true;
        for (int at = 0; at < SLOTS; at++) {
            covers &= others[at] <= (at == slot ? time : times[at]);
        }
        return covers;
    }
}
