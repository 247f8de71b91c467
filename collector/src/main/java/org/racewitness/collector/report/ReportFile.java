package org.racewitness.collector.report;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes a report whole or not at all: a temporary file beside it, renamed over the old one once everything is on disk.
 */
public final class ReportFile {
    /** Produces the text of a report. */
    public interface Body {
        void writeTo(Writer out) throws IOException;
    }

    private ReportFile() {}

    /**
     * Writes {@code body} to {@code target}, making the folders above it. What is there and is no regular file (a pipe,
     * {@code /dev/stdout}) is written in place.
     *
     * @param option what the user may change, {@code --json FILE}, for the message
     * @throws ReportException one line that says where and what to do; the file that was there before is untouched
     */
    public static void write(Path target, String option, Body body) throws ReportException {
        try {
            if (Files.isDirectory(target)) {
                throw new FileSystemException(target.toString(), null, "is a directory");
            }
            if (Files.exists(target) && !Files.isRegularFile(target)) {
                fill(target, body, StandardOpenOption.WRITE);
            } else {
                replace(Files.exists(target) ? target.toRealPath() : target.toAbsolutePath(), body);
            }
        } catch (IOException e) {
            throw new ReportException(
                    "cannot write the report " + target + ": " + reason(e, target) + "; name another place with "
                            + option,
                    e);
        }
    }

    private static void replace(Path target, Body body) throws IOException {
        Path folder = target.getParent();
        Files.createDirectories(folder);
        Path temporary = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            fill(temporary, body, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** An unpaired surrogate becomes a question mark: a name may be broken, the report may not. */
    private static void fill(Path file, Body body, StandardOpenOption... options) throws IOException {
        try (Writer out = new BufferedWriter(
                new OutputStreamWriter(Files.newOutputStream(file, options), StandardCharsets.UTF_8), 1 << 16)) {
            body.writeTo(out);
        }
    }

    private static String reason(IOException e, Path target) {
        String about = e instanceof FileSystemException f
                        && f.getFile() != null
                        && !f.getFile().contains(".tmp")
                ? f.getFile()
                : null;
        String what;
        if (e instanceof AccessDeniedException) {
            what = "permission denied";
        } else if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException) {
            what = "is not a directory";
        } else if (e instanceof NoSuchFileException) {
            what = "no such directory";
        } else if (e instanceof FileSystemException f && f.getReason() != null) {
            what = f.getReason();
        } else {
            what = String.valueOf(e.getMessage());
        }
        return about == null || about.equals(target.toString()) ? what : about + ": " + what;
    }
}
