package org.racewitness.collector.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the cost must not grow with: the same work at several sizes of one thing ({@code bench/scaling/}). */
enum Scaling {
    THREADS("threads", 0, 1, 4, 16, 64),
    OBJECTS("objects", 300, 10_000, 100_000, 1_000_000, 10_000_000),
    ELEMENTS("elements", 100, 10_000, 100_000, 1_000_000, 10_000_000),
    DEPTH("depth", 0, 10, 100, 900),
    LENGTH("length", 0, 1, 4, 16);

    private final String program;

    /** What one of it takes in the observed program, roughly and rather too much; 0: next to nothing. */
    private final long bytesEach;

    private final long[] sizes;

    Scaling(String program, long bytesEach, long... sizes) {
        this.program = program;
        this.bytesEach = bytesEach;
        this.sizes = sizes;
    }

    /** What the sizes of a point are sizes of: the first word of its name. */
    static String dimension(Figures point) {
        return point.name().substring(0, point.name().indexOf(' '));
    }

    /**
     * All points that fit.
     *
     * @param folder of the programs
     * @param largest sizes beyond are left out
     * @param freeBytes memory that programs may take; a size that needs more is told in {@code notes}
     */
    static List<Workload> points(Path folder, long largest, long freeBytes, List<String> notes) {
        List<Workload> points = new ArrayList<>();
        for (Scaling scaling : values()) {
            for (long size : scaling.sizes) {
                String name = String.format(Locale.ROOT, "%s %,d", scaling.program, size);
                long bytes = size * scaling.bytesEach;
                if (bytes > freeBytes) {
                    notes.add(name + " is left out: it takes about " + (bytes >> 20) + " MiB and " + (freeBytes >> 20)
                            + " are free");
                } else if (size <= largest) {
                    Path program = folder.resolve(scaling.program + ".py");
                    points.add(new Workload(name, program, List.of(Long.toString(size)), true));
                }
            }
        }
        return points;
    }
}
