package org.racewitness.collector.run;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.racewitness.analyzer.RunAnalysis;
import org.racewitness.analyzer.SessionAnalysis;
import org.racewitness.collector.ingest.ProcessEnd;
import org.racewitness.collector.ingest.RunSink;
import org.racewitness.collector.ingest.SessionSink;

/** Analyses while the program runs. Used by the analysis thread, and by others once that has ended. */
public final class AnalysisSink implements RunSink {
    private static final int MAX_NOTES = 1000;

    private final RunAnalysis analysis;
    private final List<String> notes = new ArrayList<>();

    public AnalysisSink(RunAnalysis analysis) {
        this.analysis = analysis;
    }

    /** Sentences about single processes that the analysis itself cannot know. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    @Override
    public SessionSink open(long session) {
        return new Session(analysis.open(session));
    }

    private final class Session implements SessionSink {
        private final SessionAnalysis session;

        Session(SessionAnalysis session) {
            this.session = session;
        }

        @Override
        public void frame(ByteBuffer frame) {
            session.frame(frame);
        }

        @Override
        public void damaged(long offset, ByteBuffer bytes, String fault) {
            session.frame(bytes); // finds the same fault, and counts it as malformed
        }

        @Override
        public long received(int threadUid) {
            return session.received(threadUid);
        }

        @Override
        public void recovered(int threadUid, long position, ByteBuffer records) {
            session.recovered(threadUid, position, records);
        }

        @Override
        public void finish(ProcessEnd end) {
            session.finish(end.endedBy(), end.signal());
            if (end.note() != null) {
                note(end.note());
            }
        }

        private void note(String note) {
            if (notes.size() < MAX_NOTES) {
                String process = session.hello() == null
                        ? "a process"
                        : "process " + Integer.toUnsignedString(session.hello().pid());
                notes.add(process + ": " + note);
            }
        }
    }
}
