package org.racewitness.collector.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.ingest.Endpoint;
import org.racewitness.collector.ingest.IngestLimits;
import org.racewitness.collector.ingest.SessionToken;
import org.racewitness.collector.os.Signals;
import org.racewitness.collector.remote.CollectorAddress;
import org.racewitness.collector.service.CollectorService;
import org.racewitness.collector.service.ServiceSettings;
import org.racewitness.collector.service.TokenFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code racewitness serve}. */
@Command(
        name = "serve",
        description = "Collect and judge the runs of others, and keep their reports.",
        footer = {
            "",
            "Runs come from `racewitness run --collector ADDRESS`. Over HTTP, at the same addresses: / the list of runs, "
                    + "/runs/NAME/ a report, /metrics for Prometheus, /healthz. TCP needs the token, for a browser as the "
                    + "password; it is not encrypted.",
            "",
            "SIGTERM and Ctrl-C end the service: what has arrived is judged and reported before. Exit status: 0, or 2 for a "
                    + "usage error, 70 for a failure of the tool.",
            "",
            "Examples:",
            "  racewitness serve --token-file ~/.racewitness-token --dir /srv/racewitness",
            "  racewitness serve --listen 0.0.0.0:7410 --listen unix:/run/racewitness.sock --token-file token"
        })
final class ServeCommand implements Subcommand {
    private static final int MAX_COUNT = 1_000_000;
    /** Two of them end the waiting for what still arrives. */
    private static final String[] ENDING = {"TERM", "INT", "HUP"};

    private static final int KILLED_STATUS = 128;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1:7410",
            description =
                    "HOST:PORT or unix:PATH; may be repeated (default: ${DEFAULT-VALUE}). Port 0 takes a free one.")
    private List<String> listen = new ArrayList<>();

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "racewitness-runs",
            description = "Folder of the reports (default: ${DEFAULT-VALUE}).")
    private Path folder;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "The token that clients over TCP must show; made where it is missing (default: the variable "
                    + TokenFile.VARIABLE + ").")
    private Path tokenFile;

    @Option(
            names = "--max-runs",
            paramLabel = "N",
            defaultValue = "4",
            description = "Runs at once; they share the JVM's memory (default: ${DEFAULT-VALUE}).")
    private int maxRuns;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Open connections, one for each process and client (default: ${DEFAULT-VALUE}).")
    private int maxConnections;

    @Option(
            names = "--keep",
            paramLabel = "N",
            defaultValue = "200",
            description = "Runs whose reports are kept; older ones are removed (default: ${DEFAULT-VALUE}).")
    private int keep;

    @Option(
            names = "--idle",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "A run of processes that connect by themselves ends when none was there for so long "
                    + "(default: ${DEFAULT-VALUE}).")
    private int idleSeconds;

    @Override
    public int run(CommandContext context) throws ProblemException, IOException, InterruptedException {
        check("--max-runs", maxRuns);
        check("--max-connections", maxConnections);
        check("--keep", keep);
        check("--idle", idleSeconds);
        List<CollectorAddress> addresses = new ArrayList<>();
        for (String text : listen) {
            addresses.add(CollectorAddress.parse("--listen", text, 0));
        }
        SessionToken token = token(addresses);
        List<Endpoint> endpoints = bind(addresses);
        ServiceSettings settings = new ServiceSettings(
                folder.toAbsolutePath(),
                maxRuns,
                maxConnections,
                keep,
                Duration.ofSeconds(idleSeconds),
                Version.number(),
                IngestLimits.DEFAULT);
        try {
            CollectorService service = new CollectorService(
                    settings, endpoints, token, line -> context.console().say(line));
            CompletableFuture<Void> ended = new CompletableFuture<>();
            endOnSignal(service, ended, context);
            service.start();
            for (Endpoint endpoint : endpoints) {
                context.console().say("collecting at " + CollectorAddress.shown(endpoint));
            }
            context.console().say("reports in " + settings.folder() + "; SIGTERM ends the service");
            ended.join();
            context.console().say("ended");
            return ExitStatus.OK;
        } finally {
            close(endpoints);
        }
    }

    private static void check(String option, int value) throws ProblemException {
        if (value < 1 || value > MAX_COUNT) {
            throw ProblemException.usage(Slug.BAD_OPTION, option + " " + value + " is not between 1 and " + MAX_COUNT);
        }
    }

    private SessionToken token(List<CollectorAddress> addresses) throws ProblemException {
        if (addresses.stream().allMatch(CollectorAddress::isUnix)) {
            return null;
        }
        SessionToken token = TokenFile.findOrMake(tokenFile, System.getenv());
        if (token == null) {
            throw ProblemException.usage(
                    Slug.BAD_TOKEN,
                    "whoever connects over TCP must show a token; name its file with --token-file FILE (made where it is "
                            + "missing) or set " + TokenFile.VARIABLE);
        }
        return token;
    }

    private static List<Endpoint> bind(List<CollectorAddress> addresses) throws ProblemException, IOException {
        List<Endpoint> bound = new ArrayList<>();
        for (CollectorAddress address : addresses) {
            try {
                bound.add(address.isUnix() ? Endpoint.unixAt(address.path()) : Endpoint.tcpAt(address.socketAddress()));
            } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
                close(bound);
                throw ProblemException.usage(
                        Slug.ADDRESS_UNUSABLE,
                        "cannot listen at " + address + ": " + Reasons.of(e) + "; name another with --listen ADDRESS");
            }
        }
        return bound;
    }

    private static void endOnSignal(CollectorService service, CompletableFuture<Void> ended, CommandContext context) {
        AtomicBoolean asked = new AtomicBoolean();
        for (String name : ENDING) {
            Signals.handle(name, signal -> {
                if (asked.getAndSet(true)) {
                    Runtime.getRuntime().halt(KILLED_STATUS + signal);
                }
                String who = Signals.name(signal);
                context.console()
                        .say(who + ": ending the runs that go on and writing their reports; once more to give up");
                service.stop("the service was stopped by " + who).thenRun(() -> ended.complete(null));
            });
        }
    }

    private static void close(List<Endpoint> endpoints) throws IOException {
        for (Endpoint endpoint : endpoints) {
            endpoint.close();
        }
    }
}
