package org.racewitness.collector.build;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

/**
 * A step of the build, not part of the program: gives the classes of a jar that are of a class file version before 50 (Java 6) that of Java 8.
 *
 * <p>HotSpot's class data sharing leaves out classes that old (JDK 17, {@code SystemDictionaryShared::check_for_exclusion}), so the command line
 * library's 170 classes were read and verified anew by each run: half of what a run took to start its program. The code stays what it is; from
 * version 50 on methods need a table of frames for the verifier, which is computed.
 */
public final class ArchivableClasses {
    private static final int OLDEST = Opcodes.V1_6;
    private static final int MAJOR_OFFSET = 6;

    private ArchivableClasses() {}

    /** @param arguments path of the jar, which is replaced */
    public static void main(String[] arguments) throws IOException {
        Path jar = Path.of(arguments[0]);
        Path fresh = Path.of(arguments[0] + ".new");
        try (ZipFile from = new ZipFile(jar.toFile());
                URLClassLoader types = new URLClassLoader(
                        new URL[] {new File(arguments[0]).toURI().toURL()}, null);
                OutputStream file = Files.newOutputStream(fresh);
                ZipOutputStream to = new ZipOutputStream(file)) {
            for (ZipEntry entry : Collections.list(from.entries())) {
                byte[] bytes = from.getInputStream(entry).readAllBytes();
                ZipEntry copy = new ZipEntry(entry.getName());
                copy.setTime(entry.getTime());
                to.putNextEntry(copy);
                to.write(isOldClass(entry, bytes) ? newer(bytes, types) : bytes);
                to.closeEntry();
            }
        }
        Files.move(fresh, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean isOldClass(ZipEntry entry, byte[] bytes) {
        return entry.getName().endsWith(".class")
                && bytes.length > MAJOR_OFFSET + 1
                && ((bytes[MAJOR_OFFSET] & 0xFF) << 8 | (bytes[MAJOR_OFFSET + 1] & 0xFF)) < OLDEST;
    }

    private static byte[] newer(byte[] bytes, ClassLoader types) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES) {
            @Override
            protected ClassLoader getClassLoader() {
                return types;
            }
        };
        ClassVisitor raising = new ClassVisitor(Opcodes.ASM9, writer) {
            @Override
            public void visit(int version, int access, String name, String signature, String parent, String[] others) {
                super.visit(Opcodes.V1_8, access, name, signature, parent, others);
            }
        };
        new ClassReader(bytes).accept(raising, ClassReader.SKIP_FRAMES);
        return writer.toByteArray();
    }
}
