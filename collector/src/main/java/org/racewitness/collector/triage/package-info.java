/** Living with known races: suppressions, comments on racing lines and baselines mark races; none is ever dropped. */
package org.racewitness.collector.triage;
