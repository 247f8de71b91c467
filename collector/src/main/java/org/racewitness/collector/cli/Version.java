package org.racewitness.collector.cli;

/** The version, from the manifest of the jar. */
final class Version {
    private Version() {}

    static String number() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "0+classes" : version; // run from class files, by tests
    }

    /** What {@code --version} prints. */
    static String line() {
        return "racewitness " + number() + " (Java " + System.getProperty("java.version") + ")";
    }
}
