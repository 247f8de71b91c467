package org.racewitness.collector.service;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Names of runs: a folder on disk and a part of a URL, so that nothing else can come of them. */
public final class RunNames {
    /** For messages. */
    public static final String ALLOWED = "1 to 64 of the characters A-Z a-z 0-9 . _ -, the first a letter or a digit";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int RANDOM_BYTES = 3;

    private RunNames() {}

    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** A name that no run had: {@code 20261122-072501-3fa9c1}. */
    static String draw(Instant now) {
        byte[] random = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(random);
        return TIME.format(now) + "-" + HexFormat.of().formatHex(random);
    }
}
