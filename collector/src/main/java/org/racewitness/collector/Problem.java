package org.racewitness.collector;

/**
 * Something that the user has to know and can mend: one line that says what happened, where, and what to do. Each slug has its paragraph in
 * {@code docs/messages.md}; slugs never change.
 *
 * @param slug lower case with dashes
 * @param message one line without the slug
 */
public record Problem(String slug, String message) {

    @Override
    public String toString() {
        return message + " [" + slug + "]";
    }
}
