/** Microbenchmarks of the analyzer's parts; {@code bench/README.md} says how to run them. */
package org.racewitness.jmh;
