package io.github.tribuopeft.cli;

import org.jline.utils.Signals;

/**
 * Signals that stop a command. The process prints one line and exits with code 130 (SIGINT) or 143 (SIGTERM). A
 * training run with checkpoints finishes its step first. The library makes the exit safe during native calls, and each
 * file is written completely or not at all.
 */
enum StopSignals {
    INT(130),
    TERM(143);

    /** What a signal does instead of ending the process; null unless a command sets it. */
    private static volatile Runnable action;

    private final int exitCode;

    StopSignals(int exitCode) {
        this.exitCode = exitCode;
    }

    /** Registers the handlers. A signal that the parent process ignores stays ignored. */
    static void handle() {
        for (StopSignals signal : values()) {
            Signals.register(signal.name(), signal::stop);
        }
    }

    /** Returns the exit code of a process that this signal ends. */
    int exitCode() {
        return exitCode;
    }

    /** Makes the first signal run an action, for a command that ends by itself then. */
    static void replaceWith(Runnable endOfCommand) {
        action = endOfCommand;
    }

    private void stop() {
        Runnable ofCommand = action;
        if (ofCommand != null) {
            action = null;
            ofCommand.run();
        } else if (!SignalStop.request(this)) {
            System.err.println("peft: stopped by SIG" + name() + " before the command finished" + SignalStop.advice());
            System.exit(exitCode);
        }
    }
}
