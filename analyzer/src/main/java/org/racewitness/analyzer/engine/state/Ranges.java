package org.racewitness.analyzer.engine.state;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The items of one container of which ranges were accessed: disjoint runs of keys in ascending order, each with one history for all of its keys, kept as a record
 * of the {@link LocationTable}. A run is split where an access takes in a part of it. All items of such a container are here, those that are accessed
 * one by one as runs of one key.
 *
 * <p>Runs lie in pages, so that looking for one takes two binary searches and adding one moves no more than a page. A <em>place</em> is a page and an
 * index in it; it is valid until a run is added or removed. Belongs to its engine.
 */
public final class Ranges {
    /** No place at all. */
    public static final int NONE = -1;

    private static final int INDEX_BITS = 7;
    private static final int INDEX_MASK = (1 << INDEX_BITS) - 1;

    private final LocationTable locations;
    private RunPage[] pages = new RunPage[2];

    /** Of each page, the end of its last run. */
    private long[] ends = new long[2];

    private int pageCount;

    public Ranges(LocationTable locations) {
        this.locations = locations;
    }

    public long from(int place) {
        return page(place).from[place & INDEX_MASK];
    }

    /** Exclusive. */
    public long to(int place) {
        return page(place).to[place & INDEX_MASK];
    }

    public int record(int place) {
        return page(place).records[place & INDEX_MASK];
    }

    /** The first run, {@link #NONE} where there is none. */
    public int first() {
        return pageCount == 0 ? NONE : 0;
    }

    /** The run behind that one, {@link #NONE} where it is the last. */
    public int next(int place) {
        if ((place & INDEX_MASK) + 1 < page(place).size) {
            return place + 1;
        }
        int following = (place >>> INDEX_BITS) + 1;
        return following == pageCount ? NONE : following << INDEX_BITS;
    }

    /** The first run that ends behind that key, {@link #NONE} for none. */
    public int firstBehind(long key) {
        int page = pageBehind(key);
        return page == pageCount ? NONE : page << INDEX_BITS | pages[page].firstBehind(key);
    }

    private int pageBehind(long key) {
        int low = 0;
        int high = pageCount;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ends[middle] > key) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Record of the run that consists of just these keys; 0 where there is none. */
    public int recordOf(long first, long end) {
        int place = firstBehind(first);
        return place != NONE && from(place) == first && to(place) == end ? record(place) : 0;
    }

    /** Adds a run of which no key is in another one. */
    public void add(long first, long end, int record) {
        int at = Math.max(0, Math.min(pageBehind(first), pageCount - 1));
        if (pageCount == 0) {
            insertPage(0, new RunPage());
        } else if (pages[at].isFull()) {
            int run = pages[at].firstBehind(first);
            // who fills a list from its beginning on fills its pages
            insertPage(at + 1, pages[at].splitAt(run == RunPage.RUNS ? RunPage.RUNS - 1 : RunPage.RUNS / 2));
            ends[at] = pages[at].end();
            at += first < ends[at] ? 0 : 1;
        }
        RunPage page = pages[at];
        long bytes = page.bytes();
        page.insert(page.firstBehind(first), first, end, record);
        ends[at] = page.end();
        locations.bookRuns(page.bytes() - bytes);
    }

    private void insertPage(int at, RunPage page) {
        if (pageCount == pages.length) {
            pages = Arrays.copyOf(pages, pageCount * 2);
            ends = Arrays.copyOf(ends, pageCount * 2);
        }
        System.arraycopy(pages, at, pages, at + 1, pageCount - at);
        System.arraycopy(ends, at, ends, at + 1, pageCount - at);
        pages[at] = page;
        ends[at] = page.size == 0 ? Long.MIN_VALUE : page.end();
        pageCount++;
        locations.bookRuns(page.bytes());
    }

    private void remove(int place) {
        int at = place >>> INDEX_BITS;
        page(place).remove(place & INDEX_MASK);
        if (page(place).size > 0) {
            ends[at] = pages[at].end();
        } else {
            locations.bookRuns(-page(place).bytes());
            pageCount--;
            System.arraycopy(pages, at + 1, pages, at, pageCount - at);
            System.arraycopy(ends, at + 1, ends, at, pageCount - at);
            pages[pageCount] = null;
        }
    }

    /** Makes the keys from {@code first} to {@code end} whole runs; answers how many of them were in none before. */
    public long cut(long first, long end) {
        splitAt(first);
        splitAt(end);
        long added = 0;
        long from = first;
        while (from < end) {
            int place = firstBehind(from);
            long next = place == NONE ? end : Math.min(end, from(place));
            if (from < next) {
                add(from, next, locations.addRun());
                added += next - from;
                from = next;
            } else {
                from = to(place);
            }
        }
        return added;
    }

    private void splitAt(long key) {
        int place = firstBehind(key);
        if (place != NONE && from(place) < key) {
            long end = to(place);
            setTo(place, key);
            add(key, end, locations.copyRun(record(place)));
        }
    }

    /** Joins neighbouring runs that have the same past, to the event, among those that touch or border on the keys from {@code first} to {@code end}. */
    public void mergeEqual(long first, long end) {
        int place = firstBehind(first - 1);
        while (place != NONE && from(place) < end) {
            int following = next(place);
            if (following != NONE
                    && from(following) == to(place)
                    && locations.isEqual(record(place), record(following))) {
                setTo(place, to(following));
                locations.removeRun(record(following));
                remove(following);
            } else {
                place = following;
            }
        }
    }

    /** Removes the runs whose records are such; answers how many keys they had. */
    public long removeWhere(IntPredicate isUseless) {
        long keys = 0;
        RunPage[] old = Arrays.copyOf(pages, pageCount);
        pageCount = 0;
        pages = new RunPage[2];
        ends = new long[2];
        for (RunPage page : old) {
            locations.bookRuns(-page.bytes());
            for (int run = 0; run < page.size; run++) {
                if (isUseless.test(page.records[run])) {
                    keys += page.to[run] - page.from[run];
                    locations.removeRun(page.records[run]);
                } else {
                    add(page.from[run], page.to[run], page.records[run]);
                }
            }
        }
        return keys;
    }

    private void setTo(int place, long end) {
        RunPage page = page(place);
        page.to[place & INDEX_MASK] = end;
        ends[place >>> INDEX_BITS] = page.end();
    }

    private RunPage page(int place) {
        return pages[place >>> INDEX_BITS];
    }
}
