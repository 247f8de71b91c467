package org.racewitness.collector.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.racewitness.analyzer.trace.TraceDump;
import org.racewitness.analyzer.trace.std.StdExport;
import org.racewitness.collector.Problem;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code racewitness dump}. */
@Command(
        name = "dump",
        description = "Print a trace as text, on stdout.",
        footer = {
            "",
            "Exit status: 0, 70 when part of the trace could not be read, 2 for a usage error.",
            "",
            "Examples:",
            "  racewitness dump app.rwtrace | less",
            "  racewitness dump --format std app.rwtrace > app.std"
        })
final class DumpCommand implements Subcommand {
    private static final int BUFFER_CHARS = 1 << 16;

    /** What is printed. */
    private enum Format {
        text,
        std
    }

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text: one line for each record; std: RAPID's STD text (default: ${DEFAULT-VALUE}).")
    private Format format;

    @Parameters(paramLabel = "FILE", description = "A trace file.")
    private Path file;

    @Override
    public int run(CommandContext context) throws ProblemException, IOException {
        TraceFiles.checkReadable(file, TraceFormat.trace);
        long damaged;
        try {
            damaged = print(context);
        } catch (IOException e) {
            if ("Broken pipe".equals(e.getMessage())) {
                return ExitStatus.OK; // whoever reads has seen enough
            }
            throw e;
        }
        if (damaged > 0) {
            context.console()
                    .say(new Problem(
                            Slug.TRACE_DAMAGED,
                            "damaged trace " + file + ": " + damaged
                                    + " places could not be read, see the lines with `!`; "
                                    + "record it again if you can"));
            return ExitStatus.FAILURE;
        }
        return ExitStatus.OK;
    }

    /** How many places were damaged. */
    private long print(CommandContext context) throws IOException {
        // not closed: that would close stdout
        Writer out = new BufferedWriter(new OutputStreamWriter(context.stdout(), StandardCharsets.UTF_8), BUFFER_CHARS);
        long damaged = 0;
        if (format == Format.std) {
            StdExport.write(() -> FileChannel.open(file), out);
        } else {
            try (FileChannel channel = FileChannel.open(file)) {
                damaged = TraceDump.text(channel, out);
            }
        }
        out.flush();
        return damaged;
    }
}
