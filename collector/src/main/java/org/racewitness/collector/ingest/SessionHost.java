package org.racewitness.collector.ingest;

import io.netty.channel.Channel;
import org.racewitness.analyzer.wire.Hello;

/** Decides about connections, for one run or for many. All calls come from the event loop, one thread. */
public interface SessionHost {

    IngestLimits limits();

    /** False when a new connection must not go on; it is then closed without a word. */
    boolean accepted(Connection connection, Channel channel);

    /** Whether a process on that channel that shows this token may speak at all; compares in constant time. */
    boolean trusts(Channel channel, byte[] token);

    /**
     * The sessions among which a process counts that is trusted and speaks a version that can be read.
     *
     * @throws RefusedException when there is no place for it
     */
    RunSessions sessionsFor(Connection connection, Hello hello) throws RefusedException;

    /** A connection was refused, for that reason. */
    void refused(String why);

    /** A connection has closed. */
    void closed(Connection connection);

    /** A connection met a defect of the tool. */
    void failed(Connection connection, Throwable failure);
}
