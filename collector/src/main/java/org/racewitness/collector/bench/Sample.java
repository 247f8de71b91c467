package org.racewitness.collector.bench;

/**
 * One run of a workload. Times in microseconds.
 *
 * @param wallMicros of the program
 * @param programMicros processor time of the program, user and system
 * @param collectorMicros processor time of everything else: collector, analyzer, the start of the JVM; 0 for a run alone
 * @param reportMicros from the program's end to the finished report; 0 for a run alone
 * @param peakKib most memory that the program had resident, KiB
 * @param seen instruction events; floor mode only, else 0
 * @param sent records that the collector received
 * @param bytes of the frames that it received
 */
record Sample(
        long wallMicros,
        long programMicros,
        long collectorMicros,
        long reportMicros,
        long peakKib,
        long seen,
        long sent,
        long bytes) {}
