package org.racewitness.collector.cli;

import picocli.CommandLine.IVersionProvider;

/** The version, from the manifest of the jar. */
final class Version implements IVersionProvider {
    static String number() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "0+classes" : version; // run from class files, by tests
    }

    @Override
    public String[] getVersion() {
        return new String[] {"racewitness " + number() + " (Java " + System.getProperty("java.version") + ")"};
    }
}
