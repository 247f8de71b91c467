package org.racewitness.collector.ingest;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioChannelOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/**
 * Lets only processes of this run's user connect, by what the kernel says of the other end of a unix domain socket (SO_PEERCRED, which the JDK reads
 * itself). The socket's directory is closed to others anyway; this holds even where somebody opened it. Immutable.
 */
public final class PeerCheck {
    /** Owner of the socket, who has bound it; null where the kernel cannot tell the peer: TCP. */
    private final UserPrincipal user;

    private PeerCheck(UserPrincipal user) {
        this.user = user;
    }

    public static PeerCheck of(Endpoint endpoint) {
        try {
            return new PeerCheck(endpoint.isUnix() ? Files.getOwner(endpoint.socketFile()) : null);
        } catch (IOException | UnsupportedOperationException e) {
            return new PeerCheck(null);
        }
    }

    /** Why the peer may not connect; null when it may. The token decides where the kernel says nothing. */
    public String foreign(Channel channel) {
        UnixDomainPrincipal peer = peer(channel);
        return peer == null || isOurs(peer)
                ? null
                : "a process of user " + peer.user().getName() + " tried to connect";
    }

    /** Whether the kernel says that the peer belongs to the same user, so that no token is needed. */
    public boolean vouchesFor(Channel channel) {
        UnixDomainPrincipal peer = peer(channel);
        return peer != null && isOurs(peer);
    }

    private UnixDomainPrincipal peer(Channel channel) {
        return user == null ? null : channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
    }

    private boolean isOurs(UnixDomainPrincipal peer) {
        return peer.user().equals(user) || peer.user().getName().equals("root");
    }
}
