package org.racewitness.collector.triage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.racewitness.analyzer.report.Access;
import org.racewitness.analyzer.report.Race;
import org.racewitness.collector.ProblemException;
import org.racewitness.collector.Slug;
import org.racewitness.collector.report.ReportException;
import org.racewitness.collector.report.ReportFile;
import org.racewitness.collector.report.Standing;

/**
 * The races that were there when somebody decided to fail on new ones only. A file of JSON to be kept beside the sources; it names no lines, so that it
 * changes only when its races do.
 */
public final class Baseline {
    /** Why a race of the baseline fails no run; what {@link Race#suppressed} holds then. */
    public static final String KNOWN = Standing.KNOWN_REASON;

    private static final int VERSION = 1;
    private static final int MAX_FILE_BYTES = 16 << 20;
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).disable(SerializationFeature.CLOSE_CLOSEABLE);
    private static final Comparator<Known> ORDER =
            Comparator.comparing(Known::verdict).thenComparing(Known::location).thenComparing(Known::fingerprint);

    private final List<Known> races;

    /** One race as the file has it; {@code places} are files and functions of both sides. */
    public record Known(String fingerprint, String verdict, String location, List<String> places) {
        /** For messages: {@code lost-update Account.balance (9f2c41d0)}. */
        public String label() {
            return verdict + " " + location + " (" + fingerprint.substring(0, Math.min(8, fingerprint.length())) + ")";
        }
    }

    public Baseline(List<Known> races) {
        this.races = races.stream().sorted(ORDER).toList();
    }

    /** The baseline that knows those races. */
    public static Baseline of(List<Race> races) {
        return new Baseline(races.stream()
                .map(race -> new Known(
                        race.fingerprint(),
                        race.verdict().label(),
                        race.location().name(),
                        race.accesses().stream().map(Baseline::place).toList()))
                .toList());
    }

    public List<Known> races() {
        return races;
    }

    /**
     * Reads a baseline.
     *
     * @throws ProblemException one line that says what is wrong with the file
     */
    public static Baseline read(Path file) throws ProblemException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw problem(file, "is larger than 16 MiB");
            }
            JsonNode root = JSON.readTree(bytes);
            if (root.path("baselineVersion").asInt() != VERSION
                    || !root.path("races").isArray()) {
                throw problem(file, "is no baseline of version " + VERSION);
            }
            List<Known> races = new ArrayList<>();
            for (JsonNode race : root.path("races")) {
                List<String> places = new ArrayList<>();
                race.path("places").forEach(place -> places.add(place.asText()));
                if (!race.path("fingerprint").isTextual()) {
                    throw problem(file, "race " + (races.size() + 1) + " has no fingerprint");
                }
                races.add(new Known(
                        race.path("fingerprint").asText(),
                        race.path("verdict").asText(),
                        race.path("location").asText(),
                        places));
            }
            return new Baseline(races);
        } catch (JsonProcessingException e) {
            throw problem(file, "is no JSON in line " + e.getLocation().getLineNr());
        } catch (IOException e) {
            throw problem(file, "cannot be read");
        }
    }

    /**
     * Writes the file whole or not at all.
     *
     * @throws ReportException one line for the user
     */
    public void write(Path file) throws ReportException {
        ObjectNode root = JSON.createObjectNode().put("baselineVersion", VERSION);
        ArrayNode array = root.putArray("races");
        for (Known race : races) {
            ObjectNode node = array.addObject()
                    .put("fingerprint", race.fingerprint())
                    .put("verdict", race.verdict())
                    .put("location", race.location());
            race.places().forEach(node.putArray("places")::add);
        }
        ReportFile.write(file, "--baseline FILE", out -> out.write(JSON.writeValueAsString(root) + "\n"));
    }

    /** The baseline's races that are not among those. */
    List<Known> vanished(List<Race> found) {
        TreeSet<String> there = new TreeSet<>();
        found.forEach(race -> there.add(race.fingerprint()));
        return races.stream()
                .filter(race -> !there.contains(race.fingerprint()))
                .toList();
    }

    private static String place(Access access) {
        if (access.stack().isEmpty()) {
            return "?";
        }
        String file = access.stack().get(0).file().replace('\\', '/');
        return file.substring(file.lastIndexOf('/') + 1) + " "
                + access.stack().get(0).function();
    }

    private static ProblemException problem(Path file, String what) {
        return ProblemException.usage(
                Slug.BAD_BASELINE,
                "the baseline " + file + " " + what + "; `racewitness baseline update` makes a new one");
    }
}
