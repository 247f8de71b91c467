/** What racewitness.toml and pyproject.toml say: where they are found, how they are read, and what in them is refused. Knows nothing of races. */
package org.racewitness.collector.config;
