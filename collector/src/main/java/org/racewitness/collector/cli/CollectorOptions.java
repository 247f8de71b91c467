package org.racewitness.collector.cli;

import java.nio.file.Path;
import java.util.List;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.ingest.SessionToken;
import org.racewitness.collector.remote.CollectorAddress;
import org.racewitness.collector.remote.RemoteJudge;
import org.racewitness.collector.run.RunJudge;
import org.racewitness.collector.service.RunNames;
import org.racewitness.collector.service.TokenFile;
import org.racewitness.collector.service.Transfer.Opening;
import picocli.CommandLine.Option;

/** The service that judges a run, where it is not this process. */
final class CollectorOptions {
    @Option(
            names = "--collector",
            paramLabel = "ADDRESS",
            description =
                    "Let a collector service (`racewitness serve`) at HOST:PORT or unix:PATH judge the run. Reports "
                            + "and the exit status are the same.")
    private String address;

    @Option(
            names = "--run-name",
            paramLabel = "NAME",
            description = "What the service calls the run (default: the time, and something random).")
    private String runName;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "The service's token, for HOST:PORT (default: the variable " + TokenFile.VARIABLE + ").")
    private Path tokenFile;

    boolean wanted() {
        return address != null;
    }

    RunJudge begin(String order, List<String> command) throws ProblemException, InterruptedException {
        CollectorAddress service = CollectorAddress.parse("--collector", address, 1);
        if (runName != null && !RunNames.isName(runName)) {
            throw ProblemException.usage(Slug.BAD_OPTION, "--run-name " + runName + " is not " + RunNames.ALLOWED);
        }
        SessionToken token = service.isUnix() ? null : TokenFile.find(tokenFile, System.getenv());
        if (token == null && !service.isUnix()) {
            throw ProblemException.usage(
                    Slug.BAD_TOKEN,
                    "--collector " + address
                            + " needs the service's token; name its file with --token-file FILE or set "
                            + TokenFile.VARIABLE);
        }
        return RemoteJudge.begin(service, token, new Opening(runName, Version.number(), order, command));
    }
}
