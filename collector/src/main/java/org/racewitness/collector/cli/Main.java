package org.racewitness.collector.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;
import org.racewitness.collector.Problem;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.config.Settings;
import org.racewitness.collector.os.InheritedDescriptors;
import org.racewitness.collector.os.Machine;
import org.racewitness.collector.run.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Where the program begins: finds the subcommand, prints what went wrong as one line, and picks the exit status. A failure of the tool is never shown as a
 * race.
 */
@Command(
        name = "racewitness",
        description = "Finds data races in Python programs on free-threaded CPython 3.13.",
        footer = {
            "",
            "Examples:",
            "  racewitness run -- python3.13t app.py",
            "  racewitness record -o app.rwtrace -- pytest",
            "  racewitness analyze app.rwtrace",
            "",
            "`racewitness SUBCOMMAND --help` tells more."
        })
public final class Main {
    /** Stack traces of the tool's own failures are printed when this variable is set. */
    static final boolean DEBUG = System.getenv("RACEWITNESS_DEBUG") != null;

    private static final int HELP_COLUMNS = 100;

    /** The subcommands, in the order of the help. */
    private enum Name {
        run(RunCommand::new),
        record(RecordCommand::new),
        analyze(AnalyzeCommand::new),
        serve(ServeCommand::new),
        show(ShowCommand::new),
        baseline(BaselineCommand::new),
        dump(DumpCommand::new),
        bench(BenchCommand::new),
        doctor(DoctorCommand::new),
        completion(CompletionCommand::new),
        man(ManCommand::new);

        private final Supplier<Subcommand> factory;

        Name(Supplier<Subcommand> factory) {
            this.factory = factory;
        }

        boolean startsCommands() {
            return this == run || this == record;
        }
    }

    private Main() {}

    public static void main(String[] arguments) {
        InheritedDescriptors inherited = InheritedDescriptors.atStart();
        Console console = new Console(System.err);
        CommandContext context = new CommandContext(
                console,
                new FileOutputStream(FileDescriptor.out),
                inherited,
                Path.of("").toAbsolutePath());
        System.exit(execute(arguments, context));
    }

    /** Everything but leaving the JVM. */
    static int execute(String[] given, CommandContext context) {
        String[] arguments = helpAsOption(given);
        try {
            startWarmUp(arguments);
            CommandLine root = commandLine(arguments);
            ParseResult parsed = parse(root, arguments);
            CommandLine command = parsed.commandSpec().commandLine();
            if (command.isUsageHelpRequested()) {
                if (!parsed.unmatched().isEmpty()) { // help on what is not there
                    throw new UnmatchedArgumentException(command, parsed.unmatched());
                }
                return print(context, command.getUsageMessage());
            }
            if (command.isVersionHelpRequested()) {
                return print(context, Version.line() + System.lineSeparator());
            }
            if (command.getCommand() instanceof Subcommand subcommand) {
                return configured(subcommand, parsed, arguments, context).run(context);
            }
            throw ProblemException.usage(Slug.NO_SUBCOMMAND, "no subcommand was given; try `racewitness --help`");
        } catch (ParameterException e) {
            context.console().say(UsageProblems.of(e, arguments));
            return ExitStatus.USAGE;
        } catch (ProblemException e) {
            context.console().say(e.problem());
            return e.kind() == ProblemException.Kind.USAGE ? ExitStatus.USAGE : ExitStatus.FAILURE;
        } catch (IOException e) {
            context.console().say(new Problem(Slug.INPUT_OUTPUT, "cannot go on: " + Reasons.of(e) + describe(e)));
            return ExitStatus.FAILURE;
        } catch (Exception | StackOverflowError | OutOfMemoryError | LinkageError | AssertionError e) {
            if (DEBUG) {
                e.printStackTrace();
            }
            context.console().say(internalError(e));
            return ExitStatus.FAILURE;
        }
    }

    /** {@code help run} means {@code run --help}, and {@code help} alone {@code --help}. */
    private static String[] helpAsOption(String[] arguments) {
        if (arguments.length == 0 || !arguments[0].equals("help")) {
            return arguments;
        }
        String[] asked = Arrays.copyOfRange(arguments, 1, arguments.length + 1);
        asked[asked.length - 1] = "--help";
        return asked;
    }

    /** The result of the innermost subcommand. */
    private static ParseResult parse(CommandLine root, String[] arguments) {
        ParseResult parsed = root.parseArgs(arguments);
        while (parsed.hasSubcommand()) {
            parsed = parsed.subcommand();
        }
        return parsed;
    }

    /** The subcommand with what the configuration files say where the command line says nothing. */
    private static Subcommand configured(
            Subcommand subcommand, ParseResult given, String[] arguments, CommandContext context)
            throws ProblemException {
        ConfigOptions options = subcommand.configuration();
        if (options == null) {
            return subcommand;
        }
        Settings settings = options.read(context.directory());
        if (settings.options().isEmpty()) {
            options.settings = settings;
            return subcommand;
        }
        CommandLine root = commandLine(arguments);
        ConfigOptions.applyTo(root.getSubcommands().get(given.commandSpec().name()), settings, given);
        try {
            Subcommand again = (Subcommand)
                    parse(root, arguments).commandSpec().commandLine().getCommand();
            again.configuration().settings = settings;
            return again;
        } catch (ParameterException e) { // the command line alone was understood, so it is the files
            throw ProblemException.usage(
                    Slug.BAD_CONFIG,
                    "configuration: " + e.getMessage().lines().findFirst().orElse("bad value"));
        }
    }

    private static int print(CommandContext context, String text) throws IOException {
        context.stdout().write(text.getBytes(Charset.defaultCharset()));
        return ExitStatus.OK;
    }

    /**
     * Only the subcommand that is asked for is built: reflection on the options of all of them would take as long as the rest of the start.
     */
    private static CommandLine commandLine(String[] arguments) {
        CommandLine root = new CommandLine(new Main());
        Name asked = arguments.length == 0 ? null : named(arguments[0]);
        for (Name name : Name.values()) {
            if (asked == null || asked == name) {
                root.addSubcommand(name.name(), name.factory.get());
            }
        }
        root.setExpandAtFiles(false);
        root.setUsageHelpWidth(HELP_COLUMNS);
        configure(root);
        return root;
    }

    /** The command line with all its subcommands. */
    static CommandLine everything() {
        return commandLine(new String[0]);
    }

    private static void configure(CommandLine command) {
        command.getCommandSpec().mixinStandardHelpOptions(true);
        boolean takesCommand =
                command.getCommand() instanceof RunCommand || command.getCommand() instanceof RecordCommand;
        command.setStopAtPositional(takesCommand);
        GroupedHelp.install(command);
        command.getSubcommands().values().forEach(Main::configure);
    }

    private static Name named(String word) {
        for (Name name : Name.values()) {
            if (name.name().equals(word)) {
                return name;
            }
        }
        return null;
    }

    private static void startWarmUp(String[] arguments) {
        Name asked = arguments.length == 0 ? null : named(arguments[0]);
        if (asked == null || !asked.startsCommands()) {
            return;
        }
        Thread thread = new Thread(Machine::warmUp, "warm-up");
        thread.setDaemon(true);
        thread.start();
    }

    /** What is said when the tool itself is wrong. */
    static Problem internalError(Throwable failure) {
        StackTraceElement[] stack = failure.getStackTrace();
        String where = stack.length == 0 ? "" : " at " + stack[0];
        return new Problem(
                Slug.INTERNAL_ERROR,
                "failure of racewitness itself, not of your program: " + failure + where
                        + "; please report it with what RACEWITNESS_DEBUG=1 adds");
    }

    private static String describe(IOException e) {
        return DEBUG ? " (" + e + ")" : "";
    }
}
