package org.racewitness.collector.remote;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.ingest.Endpoint;

/**
 * Where a service listens, as people write it: {@code HOST:PORT}, {@code [IPV6]:PORT} or {@code unix:PATH}.
 *
 * @param host name or address, null for a unix socket
 * @param port 1 to 65535, or 0 where any will do; 0 for a unix socket
 * @param path of the unix socket, null for TCP
 */
public record CollectorAddress(String host, int port, Path path) {
    private static final String UNIX = "unix:";
    private static final int CONNECT_MILLIS = 10_000;

    /**
     * @param option it was given with, for the message
     * @param lowestPort 0 or 1
     */
    public static CollectorAddress parse(String option, String text, int lowestPort) throws ProblemException {
        if (text.startsWith(UNIX)) {
            try {
                return new CollectorAddress(
                        null, 0, Path.of(text.substring(UNIX.length())).toAbsolutePath());
            } catch (InvalidPathException e) {
                throw wrong(option, text);
            }
        }
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.contains(":")) {
            throw wrong(option, text);
        }
        String digits = text.substring(colon + 1);
        int port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : -1;
        if (host.isEmpty() || port < lowestPort || port > 65_535) {
            throw wrong(option, text);
        }
        return new CollectorAddress(host, port, null);
    }

    private static ProblemException wrong(String option, String text) {
        return ProblemException.usage(
                Slug.BAD_OPTION, option + " " + text + " is no address; write HOST:PORT, [IPV6]:PORT or unix:PATH");
    }

    public boolean isUnix() {
        return path != null;
    }

    /** Looks the name up. */
    public SocketAddress socketAddress() throws IOException {
        if (isUnix()) {
            return UnixDomainSocketAddress.of(path);
        }
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("there is no host " + host);
        }
        return address;
    }

    /** A connected socket for a session, in blocking mode. */
    SocketChannel connect() throws IOException {
        SocketAddress address = socketAddress();
        SocketChannel channel = isUnix() ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
        try {
            if (isUnix()) {
                channel.connect(address);
            } else {
                channel.socket().connect(address, CONNECT_MILLIS);
                channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Where an endpoint listens, as {@link #parse} reads it. */
    public static String shown(Endpoint endpoint) {
        String address = endpoint.address();
        return endpoint.isUnix() ? address : address.substring(address.indexOf(':') + 1);
    }

    /** As a person reads it. */
    @Override
    public String toString() {
        if (isUnix()) {
            return UNIX + path;
        }
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
