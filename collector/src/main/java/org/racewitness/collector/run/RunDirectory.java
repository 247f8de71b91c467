package org.racewitness.collector.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;

/**
 * The private directory of a run (mode 0700): socket, buffer files, what unsupported interpreters say. It disappears with the run; one whose run was
 * killed is cleaned away by a later run of the same user, told by the lock that the owner held on it.
 *
 * <p>Confined to one thread, but for {@link #sweepStale}.
 */
public final class RunDirectory implements AutoCloseable {
    private static final String PREFIX = "racewitness-run-";
    private static final String LOCK = "lock";
    private static final String UNSUPPORTED = "unsupported";
    /** Buffer files are mapped: with less room than this in memory they had better lie on disk. */
    private static final long WANTED_BYTES = 1L << 30;
    /** A unix socket's whole path must fit 108 bytes. */
    private static final int MAX_PARENT_BYTES = 64;
    /** A run directory needs that long at most to get its lock. */
    private static final Duration YOUNG = Duration.ofMinutes(1);

    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path path;
    private final FileChannel lockFile;

    private RunDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /** In memory where there is room, else where temporary files go. */
    public static RunDirectory create() throws ProblemException {
        IOException last = null;
        for (Path parent : parents()) {
            try {
                return in(parent);
            } catch (IOException e) {
                last = e;
            }
        }
        throw ProblemException.failure(
                Slug.RUN_DIRECTORY,
                "cannot make a private directory for this run: "
                        + (last == null ? "no temporary directory" : last.getMessage())
                        + "; set TMPDIR to a directory that can be written",
                last);
    }

    static RunDirectory in(Path parent) throws IOException {
        Path path = Files.createTempDirectory(parent, PREFIX, PRIVATE);
        Files.createDirectory(path.resolve(UNSUPPORTED), PRIVATE);
        FileChannel lockFile =
                FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        lockFile.lock();
        return new RunDirectory(path, lockFile);
    }

    private static List<Path> parents() {
        List<Path> parents = new ArrayList<>();
        Path memory = Path.of("/dev/shm");
        if (Files.isWritable(memory) && memory.toFile().getUsableSpace() >= WANTED_BYTES) {
            parents.add(memory);
        }
        String chosen = System.getenv("TMPDIR");
        for (String candidate : new String[] {chosen, System.getProperty("java.io.tmpdir"), "/tmp"}) {
            if (candidate != null && !candidate.isEmpty() && candidate.length() <= MAX_PARENT_BYTES) {
                parents.add(Path.of(candidate).toAbsolutePath());
            }
        }
        return parents.stream().distinct().toList();
    }

    public Path path() {
        return path;
    }

    /** Where interpreters that cannot be observed leave word. */
    public Path unsupported() {
        return path.resolve(UNSUPPORTED);
    }

    /** Removes the directory with all that is in it. */
    @Override
    public void close() throws IOException {
        lockFile.close();
        delete(path);
    }

    /** Removes what killed runs of this user left behind. Takes a moment: for a thread that has one. */
    public static void sweepStale() {
        for (Path parent : parents()) {
            try (DirectoryStream<Path> candidates = Files.newDirectoryStream(parent, PREFIX + "*")) {
                for (Path candidate : candidates) {
                    sweep(candidate);
                }
            } catch (IOException unreadable) {
                continue; // what cannot be listed cannot be swept; the next run tries again
            }
        }
    }

    static void sweep(Path candidate) {
        Path lock = candidate.resolve(LOCK);
        try {
            boolean old = Files.getLastModifiedTime(candidate, LinkOption.NOFOLLOW_LINKS)
                    .toInstant()
                    .isBefore(Instant.now().minus(YOUNG));
            boolean ours = Files.isDirectory(candidate, LinkOption.NOFOLLOW_LINKS)
                    && Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS)
                    && Files.getOwner(candidate).getName().equals(System.getProperty("user.name"));
            if (old && ours && ownerIsGone(lock)) {
                delete(candidate);
            }
        } catch (IOException vanished) {
            return; // another run sweeps too
        }
    }

    private static boolean ownerIsGone(Path lock) throws IOException {
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                FileLock taken = channel.tryLock()) {
            return taken != null;
        }
    }

    /** Two levels, as a run makes them; symbolic links are removed, never followed. */
    private static void delete(Path directory) throws IOException {
        for (Path entry : list(directory)) {
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                for (Path inner : list(entry)) {
                    Files.deleteIfExists(inner);
                }
            }
            Files.deleteIfExists(entry);
        }
        Files.deleteIfExists(directory);
    }

    private static List<Path> list(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (NotDirectoryException gone) {
            return List.of();
        }
        return entries;
    }
}
