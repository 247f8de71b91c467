package org.racewitness.analyzer.engine.hb;

/**
 * Some thousand events on their way: to each shard a batch of accesses, and what the threads learned meanwhile. Belongs to the thread that drives the engine, its batches and what
 * is to be given up to the shards from the time at which it is handed to them through a queue until they have said that it ends.
 */
final class Round {
    /** What a shard gives up of its past behind the round's accesses. */
    enum Relief {
        NOTHING,
        WHAT_ALL_KNOW,
        OLDEST
    }

    final Batch[] batches;
    final OrderLog log = new OrderLog();
    long number;
    Relief relief = Relief.NOTHING;

    /** For {@link Relief#WHAT_ALL_KNOW}, see {@link LocationState#forgetKnown}. */
    long[] knownToAll;

    Round(int shards) {
        batches = new Batch[shards];
        for (int i = 0; i < shards; i++) {
            batches[i] = new Batch();
        }
    }

    boolean isEmpty() {
        boolean isEmpty = log.isEmpty();
        for (Batch batch : batches) {
            isEmpty &= batch.size() == 0;
        }
        return isEmpty;
    }

    void clear() {
        for (Batch batch : batches) {
            batch.clear();
        }
        log.clear();
        relief = Relief.NOTHING;
        knownToAll = null;
    }
}
