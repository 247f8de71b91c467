/** What watching costs: runs of the workloads in {@code bench/}, and the analyzer alone on generated traces. */
package org.racewitness.collector.bench;
