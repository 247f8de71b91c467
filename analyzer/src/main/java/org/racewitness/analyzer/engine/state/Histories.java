package org.racewitness.analyzer.engine.state;

import java.util.Arrays;

/** The histories of records in long form, in pages as those of {@link Records}: there is one only where a record of it has ever been long. Belongs to its table. */
final class Histories {
    /** What a history usually takes, and of its page the place for one. */
    private static final int BYTES = 160;

    private static final int PLACE_BYTES = Integer.BYTES;

    private History[][] pages = new History[4][];
    private int pageCount;
    private int size;

    /** The history of a record in long form. */
    History get(int record) {
        return pages[record >>> Records.PAGE_BITS][record & Records.PAGE_MASK];
    }

    /** The record, which was short, is long from now on. */
    void keep(int record, History history) {
        int page = record >>> Records.PAGE_BITS;
        if (page >= pages.length) {
            pages = Arrays.copyOf(pages, Math.max(page + 1, pages.length * 2));
        }
        if (pages[page] == null) {
            pages[page] = new History[1 << Records.PAGE_BITS];
            pageCount++;
        }
        pages[page][record & Records.PAGE_MASK] = history;
        size++;
    }

    /** The record is short, or free, from now on. */
    void drop(int record) {
        pages[record >>> Records.PAGE_BITS][record & Records.PAGE_MASK] = null;
        size--;
    }

    /** What all take. */
    long bytes() {
        return (long) BYTES * size + (((long) PLACE_BYTES * pageCount) << Records.PAGE_BITS);
    }
}
