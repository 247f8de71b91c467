package org.racewitness.collector.os;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/**
 * Signals sent to this process. {@code sun.misc.Signal} is the only way that the JDK offers; it is reached by reflection because the compiler warns of
 * it without a way to say that it is meant.
 */
public final class Signals {
    public static final int SIGHUP = 1;
    public static final int SIGINT = 2;
    public static final int SIGQUIT = 3;
    public static final int SIGTERM = 15;

    private static final int SIGSTOP = 19;

    private Signals() {}

    /**
     * From now on a signal of that name does not end this process but calls the handler, on a thread of the JVM, with the signal's number.
     *
     * @param name without {@code SIG}: {@code INT}
     * @return false where the JVM does not hand that signal out
     */
    public static boolean handle(String name, IntConsumer handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> signalHandler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {signalHandler}, (self, method, arguments) -> {
                        if (method.getDeclaringClass() == Object.class) {
                            return method.invoke(handler, arguments);
                        }
                        handler.accept((int) signal.getMethod("getNumber").invoke(arguments[0]));
                        return null;
                    });
            signal.getMethod("handle", signal, signalHandler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            return true;
        } catch (InvocationTargetException refused) {
            return false;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    /** Name of a signal's number as a person knows it: {@code SIGSEGV}, else {@code signal 42}. */
    public static String name(int number) {
        return switch (number) {
            case 1 -> "SIGHUP";
            case 2 -> "SIGINT";
            case 3 -> "SIGQUIT";
            case 4 -> "SIGILL";
            case 6 -> "SIGABRT";
            case 8 -> "SIGFPE";
            case 9 -> "SIGKILL";
            case 11 -> "SIGSEGV";
            case 13 -> "SIGPIPE";
            case 14 -> "SIGALRM";
            case 15 -> "SIGTERM";
            default -> "signal " + number;
        };
    }

    /** Stops this process until somebody continues it, as SIGTSTP does where it is not handled. */
    public static void stopThisProcess() {
        if (Libc.available()) {
            Libc.kill((int) ProcessHandle.current().pid(), SIGSTOP);
        }
    }

    /**
     * Whether a signal that the terminal sends (Ctrl-C, Ctrl-\) reaches the command too, because it and this process are the terminal's foreground
     * group. Then passing it on would deliver it twice.
     */
    public static boolean terminalReachesCommand() {
        return ProcFs.self()
                .map(stat -> stat.terminalGroup() > 0 && stat.terminalGroup() == stat.processGroup())
                .orElse(false);
    }
}
