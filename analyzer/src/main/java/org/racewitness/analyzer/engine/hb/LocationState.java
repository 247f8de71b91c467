package org.racewitness.analyzer.engine.hb;

import java.util.function.IntPredicate;
import org.racewitness.analyzer.engine.StackSets;
import org.racewitness.analyzer.engine.state.Containers;
import org.racewitness.analyzer.engine.state.Containers.Container;
import org.racewitness.analyzer.engine.state.History;
import org.racewitness.analyzer.engine.state.LocationTable;
import org.racewitness.analyzer.engine.state.Parts;
import org.racewitness.analyzer.engine.state.Sites;
import org.racewitness.analyzer.trace.SessionModel;

/** The locations of some objects of one process, and interned sets. Belongs to whoever judges what is done to those. */
final class LocationState {
    /** No object of a trace has this number. */
    private static final long NO_OBJECT = 0;

    final StackSets stackSets = new StackSets();
    final Sites sites;
    final LocationTable locations;
    final Containers containers = new Containers();

    /** Locations ever made. */
    long locationCount;

    /** Locations whose past was given up. */
    long forgotten;

    LocationState(SessionModel model) {
        this.sites = new Sites(model, stackSets);
        this.locations = new LocationTable(sites);
    }

    void forget(long object) {
        locations.forget(object);
        containers.forget(object);
    }

    /** Gives up the past of locations that is known so far. @param known by clock slot, the local time up to which all threads know it that still run */
    void forgetKnown(long[] known) {
        forget(locations.knownTo(known));
    }

    /** Gives up the past of the locations that were not accessed for longest, about half of them. */
    void forgetOldest() {
        forget(locations.oldest());
    }

    private void forget(IntPredicate isUseless) {
        forgotten += containers.forgetWhere(isUseless);
        forgotten += locations.forgetWhere(isUseless);
    }

    /** See {@link Judging#forEachAccess}. */
    void forEachAccess(long object, Judging.AccessSink accesses) {
        for (int record = locations.first(object); record != 0; record = locations.next(record)) {
            forEachEntry(locations.pasts.open(record), accesses);
        }
        Container container = containers.find(object);
        if (container != null && container.items != null) {
            Parts parts = new Parts(locations);
            parts.setAll(NO_OBJECT, container);
            for (int part = 0; part < parts.size(); part++) {
                forEachEntry(parts.open(part), accesses);
            }
        }
    }

    private static void forEachEntry(History history, Judging.AccessSink accesses) {
        for (int entry = 0; entry < history.size(); entry++) {
            accesses.access(history.interval(entry), history.time(entry));
        }
    }
}
