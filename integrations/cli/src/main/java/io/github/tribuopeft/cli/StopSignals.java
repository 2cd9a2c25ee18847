package io.github.tribuopeft.cli;

import org.jline.utils.Signals;

/**
 * The signals that stop a command: the process says so in one line and ends with exit code 130 (SIGINT) or 143 (SIGTERM). The library
 * makes this safe during native work, and files are written whole or not at all.
 */
enum StopSignals {
    INT(130),
    TERM(143);

    private final int exitCode;

    StopSignals(int exitCode) {
        this.exitCode = exitCode;
    }

    /** Handles both signals from now on. A signal that the parent process ignores stays ignored. */
    static void handle() {
        for (StopSignals signal : values()) {
            Signals.register(signal.name(), signal::stop);
        }
    }

    private void stop() {
        System.err.println("peft: stopped by SIG" + name() + " before the work was done");
        System.exit(exitCode);
    }
}
