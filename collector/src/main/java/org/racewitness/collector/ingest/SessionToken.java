package org.racewitness.collector.ingest;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The secret that an agent shows: 32 random bytes, drawn for each run or kept by a service for all of them. Immutable. */
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

    /** @return null when the text is not 64 hex digits */
    public static SessionToken parse(String hex) {
        return hex.matches("[0-9a-fA-F]{64}") ? new SessionToken(HexFormat.of().parseHex(hex)) : null;
    }

    /** 32 bytes, for a HELLO frame. */
    public byte[] bytes() {
        return secret.clone();
    }

    /** 64 hex digits, for the environment of the command. */
    public String hex() {
        return HexFormat.of().formatHex(secret);
    }

    /** In a time that does not depend on where they differ. */
    public boolean matches(byte[] shown) {
        return MessageDigest.isEqual(secret, shown);
    }
}
