package org.racewitness.analyzer.scope;

/** Answers in which scope an access was made. Numbers are those of one process; 0 stands for none. */
public interface Scopes {
    /** Where nobody tracks anything. */
    Scopes NONE = new Scopes() {
        @Override
        public int test(int thread, long time) {
            return 0;
        }

        @Override
        public int benignReason(int thread, long time) {
            return 0;
        }

        @Override
        public String text(int number) {
            return "";
        }
    };

    /** The test for which the thread worked at that event. */
    int test(int thread, long time);

    /** Why the program calls what the thread did at that event benign, 0 where it does not. */
    int benignReason(int thread, long time);

    /** The name of a test, the text of a reason. */
    String text(int number);
}
