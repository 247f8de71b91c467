package org.racewitness.analyzer.race;

/** Names of Python source files, whatever the machine's separator is. */
final class FileNames {
    private FileNames() {}

    /** The last part of a path. */
    static String base(String file) {
        return file.substring(separatorBefore(file, file.length()) + 1);
    }

    /**
     * What stays the same when a project is checked out elsewhere or the program is started from another directory: the last part of the path,
     * and the directory as well where the last part says nothing ({@code __init__.py}, {@code __main__.py}).
     */
    static String stable(String file) {
        String base = base(file);
        if (!base.equals("__init__.py") && !base.equals("__main__.py")) {
            return base;
        }
        int end = file.length() - base.length() - 1;
        return end <= 0 ? base : file.substring(separatorBefore(file, end) + 1, end) + "/" + base;
    }

    private static int separatorBefore(String file, int end) {
        return Math.max(file.lastIndexOf('/', end - 1), file.lastIndexOf('\\', end - 1));
    }
}
