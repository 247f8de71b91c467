package org.racewitness.collector.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.racewitness.analyzer.TraceReadResult;
import org.racewitness.analyzer.wire.TraceFile;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;

/** What the commands that read traces ask of their files before they begin, and say of them afterwards. */
final class TraceFiles {
    private TraceFiles() {}

    /** A file that cannot be opened, or is no trace at all, is a usage error. */
    static void checkReadable(Path trace, TraceFormat format) throws ProblemException {
        if (Files.isDirectory(trace)) {
            throw ProblemException.usage(Slug.TRACE_UNREADABLE, trace + " is a directory; name a trace file");
        }
        try (InputStream in = Files.newInputStream(trace)) {
            boolean anyText = format == TraceFormat.std || !Files.isRegularFile(trace); // nobody looks into a pipe
            if (!anyText && !isTrace(in)) {
                throw ProblemException.usage(
                        Slug.NOT_A_TRACE,
                        trace
                                + " is no trace file: it does not begin with RWTRACE1; traces come from `racewitness record`, "
                                + "text of RAPID is read with --format std");
            }
        } catch (IOException e) {
            throw ProblemException.usage(
                    Slug.TRACE_UNREADABLE, "cannot read " + trace + ": " + Reasons.of(e) + "; is the path right?");
        }
    }

    /** Whether a file is to be read as text: it was said that there is some, and this one does not begin as a trace does. */
    static boolean isText(Path trace, TraceFormat format) throws IOException {
        if (format != TraceFormat.std || !Files.isRegularFile(trace)) {
            return format == TraceFormat.std;
        }
        try (InputStream in = Files.newInputStream(trace)) {
            return !isTrace(in);
        }
    }

    private static boolean isTrace(InputStream in) throws IOException {
        return TraceFile.isHeader(ByteBuffer.wrap(in.readNBytes(TraceFile.HEADER_BYTES)));
    }

    /** One line for a trace of which parts could not be read. */
    static String damage(TraceReadResult result) {
        String more = result.problems().size() == 1
                ? ""
                : " (and " + (result.problems().size() - 1) + " more places)";
        return "damaged trace " + result.name() + ": " + result.problems().get(0) + more
                + "; everything else in it was analysed: record it again if you can";
    }
}
