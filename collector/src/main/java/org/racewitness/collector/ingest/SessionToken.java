package org.racewitness.collector.ingest;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The secret that an agent shows: 32 random bytes, drawn for each run. Immutable. */
public final class SessionToken {
    public static final int BYTES = 32;

    private final byte[] secret;

    private SessionToken(byte[] secret) {
        this.secret = secret;
    }

    public static SessionToken random() {
        byte[] secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        return new SessionToken(secret);
    }

    /** 64 hex digits, for the environment of the command. */
    public String hex() {
        return HexFormat.of().formatHex(secret);
    }

    /** In a time that does not depend on where they differ. */
    boolean matches(byte[] shown) {
        return MessageDigest.isEqual(secret, shown);
    }
}
