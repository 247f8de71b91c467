/**
 * What a thread was doing at a moment besides running instructions: which test it ran, and whether the program calls its accesses benign.
 */
package org.racewitness.analyzer.scope;
