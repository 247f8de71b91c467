package org.racewitness.analyzer.race;

/**
 * The part that one side of a racing pair plays in its own thread: half of a read and a write that belong together, or nothing of the kind.
 *
 * @param readStack stack of the read half, 0 without relation; likewise {@code writeStack}
 */
record Role(Relation relation, int readStack, int writeStack) {
    static final Role ALONE = new Role(Relation.NONE, 0, 0);

    /** The strongest role that the access takes: feeding before testing. */
    static Role of(RawSide side, int[] laterWrites, Relations relations) {
        Role strongest = ALONE;
        if (side.operation.iterates()) {
            return strongest;
        }
        if (side.operation.writes()) {
            for (int read : side.readsBefore()) {
                strongest = stronger(strongest, read, side.stack, relations);
            }
        }
        if (side.operation.reads()) {
            for (int write : RawSide.union(side.writesAfter(), laterWrites)) {
                strongest = stronger(strongest, side.stack, write, relations);
            }
        }
        return strongest;
    }

    private static Role stronger(Role known, int read, int write, Relations relations) {
        Relation relation = relations.of(read, write);
        return relation.compareTo(known.relation) > 0 ? new Role(relation, read, write) : known;
    }

    boolean feeds() {
        return relation == Relation.FEEDS;
    }

    boolean tests() {
        return relation == Relation.TESTS;
    }
}
