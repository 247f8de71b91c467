/**
 * A run whose sessions are judged by a collector service elsewhere: this process starts the command and takes its sessions as ever, knows how its processes
 * end and reads what a crash left behind, and passes all of it on. Suppressions, exit status and reports stay here.
 */
package org.racewitness.collector.remote;
