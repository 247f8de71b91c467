package org.racewitness.collector;

/**
 * Something that the user has to know and can mend: one line that says what happened, where, and what to do. {@link Slug}
 * names its paragraph in {@code docs/messages.md}.
 *
 * @param message one line without the slug
 */
public record Problem(Slug slug, String message) {

    @Override
    public String toString() {
        return message + " [" + slug.label() + "]";
    }
}
