/** Why two accesses count as unordered: what their threads did to synchronise around them. */
package org.racewitness.analyzer.explain;
