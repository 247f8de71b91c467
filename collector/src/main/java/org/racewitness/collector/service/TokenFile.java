package org.racewitness.collector.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.ingest.SessionToken;

/** The secret of a service: in a file that nobody else can read or in the environment, never on a command line, where every process sees it. */
public final class TokenFile {
    /** Holds the token itself, as CI systems hand out secrets. */
    public static final String VARIABLE = "RACEWITNESS_COLLECTOR_TOKEN";

    private static final int MAX_BYTES = 1024;
    private static final Set<PosixFilePermission> OTHERS = PosixFilePermissions.fromString("---rwxrwx");

    private TokenFile() {}

    /**
     * The token that was given.
     *
     * @param file {@code --token-file}, null when it was not given
     * @return null when nobody gave one
     */
    public static SessionToken find(Path file, Map<String, String> environment) throws ProblemException {
        if (file != null) {
            return read(file);
        }
        String text = environment.getOrDefault(VARIABLE, "");
        return text.isEmpty() ? null : parse(text, VARIABLE);
    }

    /** As {@link #find}, and where the file is missing it is made, with a new token. */
    public static SessionToken findOrMake(Path file, Map<String, String> environment) throws ProblemException {
        if (file != null && Files.notExists(file)) {
            make(file);
        }
        return find(file, environment);
    }

    private static void make(Path file) throws ProblemException {
        try {
            Path folder = file.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, SessionToken.random().hex() + "\n");
        } catch (IOException e) {
            throw wrong("cannot make the token file " + file + ": " + e.getMessage(), "name another place");
        }
    }

    private static SessionToken read(Path file) throws ProblemException {
        try {
            if (!Files.isRegularFile(file)) {
                throw new NoSuchFileException(file.toString());
            }
            for (PosixFilePermission permission : Files.getPosixFilePermissions(file)) {
                if (OTHERS.contains(permission)) {
                    throw wrong("the token file " + file + " is open to other users", "chmod 600 " + file);
                }
            }
            if (Files.size(file) > MAX_BYTES) {
                throw wrong("the token file " + file + " is too long", "it holds 64 hexadecimal digits and no more");
            }
            return parse(Files.readString(file, StandardCharsets.ISO_8859_1), "the token file " + file);
        } catch (NoSuchFileException e) {
            throw wrong(
                    "there is no token file " + file, "copy the one that `racewitness serve` made, or set " + VARIABLE);
        } catch (IOException e) {
            throw wrong("cannot read the token file " + file + ": " + e.getMessage(), "name one that can be read");
        }
    }

    private static SessionToken parse(String text, String where) throws ProblemException {
        SessionToken token = SessionToken.parse(text.strip());
        if (token == null) {
            throw wrong(where + " holds no token", "it must be 64 hexadecimal digits, as `racewitness serve` makes it");
        }
        return token;
    }

    private static ProblemException wrong(String what, String remedy) {
        return ProblemException.usage(Slug.BAD_TOKEN, what + "; " + remedy);
    }
}
