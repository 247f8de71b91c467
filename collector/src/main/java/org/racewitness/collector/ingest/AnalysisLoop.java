package org.racewitness.collector.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The one thread that owns every session's state: single writer instead of locks. Tasks run in the order in which they were submitted.
 *
 * <p>The queue has no bound of its own; {@link BackPressure} bounds the bytes that its tasks hold.
 */
final class AnalysisLoop {
    /** Failures kept for the report; more of them say nothing new. */
    private static final int MAX_FAILURES = 8;

    private static final Task STOP = () -> {};

    private final LinkedBlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "analysis");

    /** guarded by itself */
    private final List<Throwable> failures = new ArrayList<>();

    /** Work for the analysis thread. */
    @FunctionalInterface
    interface Task {
        void run() throws Exception;
    }

    AnalysisLoop() {
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void submit(Task task) {
        tasks.add(task);
    }

    /** Runs what was submitted so far and ends the thread. */
    void stop() throws InterruptedException {
        tasks.add(STOP);
        thread.join();
    }

    /** Ends the thread without waiting for it, after what it is doing now. */
    void abandon() {
        tasks.clear();
        tasks.add(STOP);
    }

    /** Exceptions out of tasks: defects of the tool, or a disk that is full. */
    List<Throwable> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    void failed(Throwable failure) {
        synchronized (failures) {
            if (failures.size() < MAX_FAILURES) {
                failures.add(failure);
            }
        }
    }

    private void run() {
        try {
            for (Task task = tasks.take(); task != STOP; task = tasks.take()) {
                runOne(task);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failed(e);
        }
    }

    /** A failing task must not end the loop: other sessions, and the program that waits for us to read, go on. */
    private void runOne(Task task) {
        try {
            task.run();
        } catch (Exception | Error e) {
            failed(e);
        }
    }
}
