package io.github.tribuopeft.cli;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.data.DataFileException;
import io.github.tribuopeft.huggingface.AdapterException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command {@code peft}. Exit codes: 0 done, 1 the work failed, 2 bad usage or bad input. */
@Command(
        name = "peft",
        description = "Adapts a frozen transformer by training a few thousand values.",
        mixinStandardHelpOptions = true,
        versionProvider = Peft.Version.class,
        subcommands = {
            QuickstartCommand.class,
            TrainCommand.class,
            EvaluateCommand.class,
            PredictCommand.class,
            CompareCommand.class,
            ExportCommand.class,
            ImportCommand.class
        })
public final class Peft {

    static final int FAILED = 1;
    static final int BAD_INPUT = 2;

    @Option(names = "--stacktrace", scope = ScopeType.INHERIT, description = "Print the stack trace of an error.")
    private boolean stackTrace;

    private Peft() {}

    /** Runs the command line and exits. */
    public static void main(String[] arguments) {
        System.setOut(CheckedOutput.standardOutput());
        System.exit(run(arguments));
    }

    /** Runs the command line; returns the exit code. */
    static int run(String... arguments) {
        quietLogging();
        Peft peft = new Peft();
        CommandLine line =
                new CommandLine(peft).setCaseInsensitiveEnumValuesAllowed(true).setOverwrittenOptionsAllowed(true);
        line.setExecutionExceptionHandler((error, command, parsed) -> peft.report(error, command));
        line.setParameterExceptionHandler((error, all) -> {
            line.getErr().println("peft: " + error.getMessage() + " (see peft --help)");
            return BAD_INPUT;
        });
        line.setExecutionStrategy(parsed -> {
            try {
                return new CommandLine.RunLast().execute(parsed);
            } catch (UncheckedIOException e) { // help and the version, which picocli prints
                return peft.report(e, line);
            }
        });
        return line.execute(arguments);
    }

    private int report(Exception error, CommandLine command) {
        if (stackTrace) {
            error.printStackTrace(command.getErr());
        }
        command.getErr().println("peft: " + message(error));
        return isBadInput(error) ? BAD_INPUT : FAILED;
    }

    private static boolean isBadInput(Exception error) {
        return error instanceof UsageException
                || error instanceof DataFileException
                || error instanceof BackboneException
                || error instanceof AdapterException
                || error instanceof PropertyException
                || error instanceof IllegalArgumentException;
    }

    private static String message(Exception error) {
        String message =
                error instanceof PropertyException bad && bad.getMsg() != null ? bad.getMsg() : error.getMessage();
        return message == null ? error.getClass().getSimpleName() : message.replaceAll("\\s*\\R\\s*", " ");
    }

    private static void quietLogging() {
        try (InputStream in = Peft.class.getResourceAsStream("logging.properties")) {
            LogManager.getLogManager().readConfiguration(in);
        } catch (IOException e) {
            System.err.println("peft: the logging cannot be set up: " + e.getMessage());
        }
    }

    /** The version in the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Peft.class.getPackage().getImplementationVersion();
            return new String[] {"peft " + (version == null ? "development" : version)};
        }
    }
}
