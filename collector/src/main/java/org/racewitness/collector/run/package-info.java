/**
 * One run from its preparation to its facts: private directory, environment of the agent, the command, the sessions that it opens, and how everything ended.
 */
package org.racewitness.collector.run;
