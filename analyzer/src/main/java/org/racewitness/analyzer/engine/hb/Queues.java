package org.racewitness.analyzer.engine.hb;

import java.util.concurrent.BlockingQueue;

/** Waits that an interrupt does not cut short, since nothing may be lost: whoever wants to stop sees the flag behind them. */
final class Queues {
    private Queues() {}

    /** An uninterrupted wait. */
    @FunctionalInterface
    private interface Wait<T> {
        T run() throws InterruptedException;
    }

    static <T> T take(BlockingQueue<T> queue) {
        return uninterrupted(queue::take);
    }

    static <T> void put(BlockingQueue<T> queue, T element) {
        uninterrupted(() -> {
            queue.put(element);
            return element;
        });
    }

    static void join(Thread thread) {
        uninterrupted(() -> {
            thread.join();
            return thread;
        });
    }

    private static <T> T uninterrupted(Wait<T> wait) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return wait.run();
                } catch (InterruptedException stop) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
