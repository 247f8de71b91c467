package org.racewitness.collector;

/** Ends a command before it could do its work; {@code Main} prints the problem and picks the status. */
public final class ProblemException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Whose fault it is, and so the exit status. */
    public enum Kind {
        /** What was asked for cannot be done: status 2. */
        USAGE,
        /** The tool cannot do its work here: status 70. */
        FAILURE
    }

    private final transient Problem problem;
    private final Kind kind;

    private ProblemException(Kind kind, Problem problem, Throwable cause) {
        super(problem.toString(), cause);
        this.kind = kind;
        this.problem = problem;
    }

    public static ProblemException usage(Slug slug, String message) {
        return new ProblemException(Kind.USAGE, new Problem(slug, message), null);
    }

    public static ProblemException failure(Slug slug, String message) {
        return new ProblemException(Kind.FAILURE, new Problem(slug, message), null);
    }

    public static ProblemException failure(Slug slug, String message, Throwable cause) {
        return new ProblemException(Kind.FAILURE, new Problem(slug, message), cause);
    }

    public Problem problem() {
        return problem;
    }

    public Kind kind() {
        return kind;
    }
}
