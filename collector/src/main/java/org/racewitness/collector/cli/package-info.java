/** The command line: one class for each subcommand; {@link org.racewitness.collector.cli.Main} alone prints problems and picks the exit status. */
package org.racewitness.collector.cli;
