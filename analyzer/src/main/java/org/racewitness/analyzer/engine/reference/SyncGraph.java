package org.racewitness.analyzer.engine.reference;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.racewitness.analyzer.wire.SyncKind;

/** The edges of program order and of the SYNC records, one kind after the other as the wire format lists them. */
final class SyncGraph {
    /** Name of a channel or of a queue: container or anything else, and token. */
    private record Name(long object, long token) {}

    /** Stands in a queue for an item that came in without order. */
    private static final Event NO_CAUSE = new Event(-1, -1);

    private final Map<Integer, Event> lastOfThread = new HashMap<>();
    private final Map<Integer, List<Event>> forks = new HashMap<>();
    private final Map<Long, Event> lastRelease = new HashMap<>();
    private final Map<Name, ArrayDeque<Event>> posts = new HashMap<>();
    private final Map<Name, List<Event>> signals = new HashMap<>();

    /** Program order, and the edge from the thread's start. */
    void enter(Event event) {
        Event previous = lastOfThread.put(event.thread, event);
        if (previous != null) {
            event.after(previous);
        }
        List<Event> starts = forks.remove(event.thread);
        if (starts != null) {
            starts.forEach(event::after);
        }
    }

    void sync(Event event, int kind, long object, long token, List<Event> accesses) {
        Name name = new Name(object, token);
        switch (kind) {
            case SyncKind.ACQUIRE -> afterIfAny(event, lastRelease.get(object));
            case SyncKind.RELEASE -> lastRelease.put(object, event);
            case SyncKind.FORK -> {
                if (token >= 0 && token != event.thread) {
                    forks.computeIfAbsent((int) token, t -> new ArrayList<>()).add(event);
                }
            }
            case SyncKind.BEGIN -> {
                if (token < 0) { // nobody was seen to start it: any thread may have
                    lastOfThread.values().stream().filter(last -> last != event).forEach(event::after);
                }
            }
            case SyncKind.JOIN -> {
                if (token != event.thread) {
                    afterIfAny(event, lastOfThread.get((int) token));
                    // a thread that was started and never ran: what it would have begun with
                    forks.getOrDefault((int) token, List.of()).forEach(event::after);
                }
            }
            case SyncKind.POST ->
                posts.computeIfAbsent(name, n -> new ArrayDeque<>()).add(event);
            case SyncKind.TAKE ->
                afterIfAny(event, posts.getOrDefault(name, new ArrayDeque<>()).poll());
            case SyncKind.DROP -> posts.getOrDefault(name, new ArrayDeque<>()).pollLast();
            case SyncKind.EVICT -> posts.getOrDefault(name, new ArrayDeque<>()).pollFirst();
            case SyncKind.PLACE ->
                posts.computeIfAbsent(name, n -> new ArrayDeque<>()).add(NO_CAUSE);
            case SyncKind.SIGNAL ->
                signals.computeIfAbsent(name, n -> new ArrayList<>()).add(event);
            case SyncKind.OBSERVE -> signals.getOrDefault(name, List.of()).forEach(event::after);
            case SyncKind.LAST_USE -> afterLastUses(event, accesses);
            default -> {
                // END adds nothing to program order and the edge of JOIN
            }
        }
    }

    /** The object is forgotten; that orders nothing. */
    void dead(long object) {
        lastRelease.remove(object);
        posts.keySet().removeIf(name -> name.object == object);
        signals.keySet().removeIf(name -> name.object == object);
    }

    private static void afterLastUses(Event event, List<Event> accesses) {
        // earlier uses of a thread are before its last one, so all of them will do
        accesses.forEach(event::after);
    }

    private static void afterIfAny(Event event, Event cause) {
        if (cause != null && cause != NO_CAUSE) {
            event.after(cause);
        }
    }
}
