package org.racewitness.collector.ingest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A listening socket, bound before the command starts so that no agent comes too early, and served by Netty a moment later.
 *
 * <p>A unix domain socket in the run's private directory; TCP on the loopback interface where the system has none or the directory's name is too
 * long for one (108 bytes on Linux).
 */
public final class Endpoint implements AutoCloseable {
    /** Connections that wait to be accepted; the system may allow fewer. */
    private static final int BACKLOG = 4096;

    private final ServerSocketChannel channel;
    private final Path directory;

    private Endpoint(ServerSocketChannel channel, Path directory) {
        this.channel = channel;
        this.directory = directory;
    }

    /** Listens in that directory, which must be private to this user. */
    public static Endpoint in(Path directory) throws IOException {
        try {
            return unix(directory);
        } catch (UnsupportedOperationException | IOException noUnixSocket) {
            return tcpLoopback(directory);
        }
    }

    static Endpoint unix(Path directory) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        Path socket = directory.resolve("socket");
        try {
            channel.bind(UnixDomainSocketAddress.of(socket), BACKLOG);
            return new Endpoint(channel, directory);
        } catch (IOException | RuntimeException e) {
            channel.close();
            Files.deleteIfExists(socket);
            throw e;
        }
    }

    static Endpoint tcpLoopback(Path directory) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.INET);
        try {
            channel.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), BACKLOG);
            return new Endpoint(channel, directory);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** As agents read it: {@code unix:/path/of/socket} or {@code tcp:127.0.0.1:port}. */
    public String address() {
        SocketAddress address = localAddress();
        return isUnix()
                ? "unix:" + ((UnixDomainSocketAddress) address).getPath()
                : "tcp:127.0.0.1:" + ((InetSocketAddress) address).getPort();
    }

    boolean isUnix() {
        return localAddress() instanceof UnixDomainSocketAddress;
    }

    ServerSocketChannel channel() {
        return channel;
    }

    /** The directory that it was bound for. */
    Path directory() {
        return directory;
    }

    /**
     * A socket with an address of its own, not yet connected to this endpoint: by that address it is known when it is accepted.
     */
    SocketChannel knownClient() throws IOException {
        SocketChannel client = SocketChannel.open(isUnix() ? StandardProtocolFamily.UNIX : StandardProtocolFamily.INET);
        try {
            if (isUnix()) {
                Path name = directory.resolve("drain");
                Files.deleteIfExists(name);
                client.bind(UnixDomainSocketAddress.of(name));
            } else {
                client.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            }
            return client;
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    SocketAddress localAddress() {
        try {
            return channel.getLocalAddress();
        } catch (IOException closed) {
            throw new IllegalStateException("endpoint is closed", closed);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
