package org.racewitness.collector.remote;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.racewitness.analyzer.report.AnalysisReport;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.ingest.RunSink;
import org.racewitness.collector.ingest.SessionToken;
import org.racewitness.collector.report.ReportException;
import org.racewitness.collector.report.ReportedFiles;
import org.racewitness.collector.report.RunInfo;
import org.racewitness.collector.report.RunReport;
import org.racewitness.collector.run.RunJudge;
import org.racewitness.collector.service.Transfer;
import org.racewitness.collector.service.Transfer.Closing;
import org.racewitness.collector.service.Transfer.Found;
import org.racewitness.collector.service.Transfer.Opened;
import org.racewitness.collector.service.Transfer.Opening;
import org.racewitness.collector.service.Transfer.Publication;

/** Lets a collector service judge. */
public final class RemoteJudge implements RunJudge {
    /** Source text that goes to the service at most; what is more stays here. */
    private static final long MAX_SOURCE_CHARS = 32L << 20;

    private final CollectorAddress address;
    private final CollectorClient client;
    private final String run;
    private final RemoteSink sink;
    private List<String> notes = List.of();

    private RemoteJudge(CollectorAddress address, CollectorClient client, SessionToken token, String run) {
        this.address = address;
        this.client = client;
        this.run = run;
        this.sink = new RemoteSink(address, token, run);
    }

    /**
     * Begins a run on a service.
     *
     * @param token null where the kernel says who is there
     * @throws ProblemException it cannot be reached or does not take the run; nothing has run then
     */
    public static RemoteJudge begin(CollectorAddress address, SessionToken token, Opening opening)
            throws ProblemException, InterruptedException {
        CollectorClient client = null;
        try {
            client = new CollectorClient(address, token);
            CollectorClient.Answer answer = client.request("POST", "/runs", Transfer.encode(opening));
            if (answer.status() != 201) {
                throw new IOException(answer.line());
            }
            Opened opened = Transfer.decode(answer.body(), Opened.class);
            return new RemoteJudge(address, client, token, opened.name());
        } catch (IOException e) {
            if (client != null) {
                client.close();
            }
            throw ProblemException.failure(
                    Slug.COLLECTOR_UNREACHABLE,
                    "the collector at " + address + " takes no run: " + e.getMessage()
                            + "; nothing was started: mend that, or run without --collector");
        }
    }

    @Override
    public RunSink sink() {
        return sink;
    }

    @Override
    public LongSupplier racesSoFar() {
        return null;
    }

    @Override
    public AnalysisReport report(RunInfo info, List<String> said) throws IOException, InterruptedException {
        try {
            CollectorClient.Answer answer =
                    client.request("POST", "/runs/" + run + "/end", Transfer.encode(Closing.of(info, said)));
            if (answer.status() != 200) {
                throw new IOException(answer.line());
            }
            Found found = Transfer.decode(answer.body(), Found.class);
            notes = found.notes();
            return found.analysis();
        } catch (IOException e) {
            throw new CollectorLostException("the collector at " + address + " gave no report: " + e.getMessage(), e);
        }
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    @Override
    public Map<String, Map<String, Long>> agentRules() {
        return Map.of();
    }

    @Override
    public long seen() {
        return 0;
    }

    @Override
    public String publish(RunReport report) throws IOException, InterruptedException {
        Map<String, List<String>> sources = report.sources().wanted()
                ? report.sources().texts(ReportedFiles.of(report.analysis()), MAX_SOURCE_CHARS)
                : null;
        Publication publication = new Publication(
                Closing.of(report.run(), report.notes()), report.analysis(), report.baseline(), sources);
        try {
            CollectorClient.Answer answer =
                    client.request("PUT", "/runs/" + run + "/report", Transfer.encode(publication));
            if (answer.status() != 200) {
                throw new IOException(answer.line());
            }
        } catch (IOException e) {
            throw new ReportException(
                    "the collector at " + address + " did not take the report of run " + run + ": " + e.getMessage()
                            + "; it keeps its own, without source text and suppressions",
                    e);
        }
        return address.isUnix() ? "run " + run + " of " + address : "http://" + address + "/runs/" + run + "/";
    }

    @Override
    public void close() {
        client.close();
    }
}
