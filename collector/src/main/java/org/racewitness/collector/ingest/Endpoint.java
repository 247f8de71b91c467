package org.racewitness.collector.ingest;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;

/**
 * A listening socket, bound before the command starts so that no agent comes too early, and served by Netty a moment later.
 *
 * <p>A unix domain socket in the run's private directory; TCP on the loopback interface where the system has none or the directory's name is too
 * long for one (108 bytes on Linux).
 */
public final class Endpoint implements AutoCloseable {
    // Of one read: an agent that has much to say is heard in few, and one that says little keeps no more than it needs.
    private static final int LEAST_READ_BYTES = 1024;
    private static final int FIRST_READ_BYTES = 16 * 1024;
    private static final int MOST_READ_BYTES = 256 * 1024;

    /** Connections that wait to be accepted; the system may allow fewer. */
    private static final int BACKLOG = 4096;

    static {
        // before the first class of Netty looks: its log and its flight recorder events have no reader here
        InternalLoggerFactory.setDefaultFactory(SilentLogging.INSTANCE);
        System.setProperty("io.netty.jfr.enabled", "false");
    }

    private final ServerSocketChannel channel;
    private final Path directory;
    /** Null for TCP. */
    private final Path socketFile;

    private Endpoint(ServerSocketChannel channel, Path directory, Path socketFile) {
        this.channel = channel;
        this.directory = directory;
        this.socketFile = socketFile;
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
        return unix(directory.resolve("socket"), directory);
    }

    private static Endpoint unix(Path socket, Path directory) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(socket), BACKLOG);
            return new Endpoint(channel, directory, socket);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    static Endpoint tcpLoopback(Path directory) throws IOException {
        return tcp(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), directory);
    }

    private static Endpoint tcp(SocketAddress address, Path directory) throws IOException {
        boolean v4 = ((InetSocketAddress) address).getAddress() instanceof Inet4Address;
        ServerSocketChannel channel =
                ServerSocketChannel.open(v4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, BACKLOG);
            return new Endpoint(channel, directory, null);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Listens at an address that people chose. */
    public static Endpoint tcpAt(SocketAddress address) throws IOException {
        return tcp(address, null);
    }

    /** Listens at a path that people chose, for this user alone. A socket there at which nobody listens any more is replaced. */
    public static Endpoint unixAt(Path socket) throws IOException {
        if (Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            boolean isSocket = Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isOther();
            if (!isSocket || answers(socket)) {
                throw new IOException(isSocket ? "somebody listens there" : "there is a file that is no socket");
            }
            Files.delete(socket);
        }
        Files.createDirectories(socket.toAbsolutePath().getParent());
        Endpoint endpoint = unix(socket, null);
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        return endpoint;
    }

    private static boolean answers(Path socket) {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return client.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    /** As agents read it: {@code unix:/path/of/socket} or {@code tcp:127.0.0.1:port}. */
    public String address() {
        if (isUnix()) {
            return "unix:" + socketFile;
        }
        InetSocketAddress inet = (InetSocketAddress) localAddress();
        String host = inet.getAddress().getHostAddress();
        return "tcp:" + (host.contains(":") ? "[" + host + "]" : host) + ":" + inet.getPort();
    }

    public boolean isUnix() {
        return socketFile != null;
    }

    /**
     * Begins to accept connections, those included that came since it was bound.
     *
     * @param connected called on an event loop of the group for each
     */
    public Channel serve(EventLoopGroup group, Consumer<Channel> connected) {
        boolean unix = isUnix();
        ChannelFactory<ServerChannel> listening =
                () -> unix ? new NioServerDomainSocketChannel(channel) : new NioServerSocketChannel(channel);
        return new ServerBootstrap()
                .group(group)
                .channelFactory(listening)
                .childOption(ChannelOption.AUTO_READ, true)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(LEAST_READ_BYTES, FIRST_READ_BYTES, MOST_READ_BYTES))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel client) {
                        connected.accept(client);
                    }
                })
                .register()
                .syncUninterruptibly()
                .channel();
    }

    /** Null for TCP. */
    Path socketFile() {
        return socketFile;
    }

    /** The directory of the run that it was bound for; null where it serves many. */
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
        if (socketFile != null) {
            Files.deleteIfExists(socketFile);
        }
    }
}
