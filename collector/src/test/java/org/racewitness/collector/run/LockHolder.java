package org.racewitness.collector.run;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A process that holds a lock until it is killed. */
final class LockHolder {
    private LockHolder() {}

    public static void main(String[] arguments) throws Exception {
        try (FileChannel channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            System.out.write(lock.isValid() ? 'L' : 'X');
            System.out.flush();
            Thread.currentThread().join();
        }
    }
}
