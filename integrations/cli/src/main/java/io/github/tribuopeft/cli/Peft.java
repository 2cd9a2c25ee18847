package io.github.tribuopeft.cli;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.data.DataFileException;
import io.github.tribuopeft.huggingface.adapter.AdapterException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
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
        Locale.setDefault(Locale.ROOT);
        System.setOut(CheckedOutput.standardOutput());
        System.setErr(standardError());
        StopSignals.handle();
        System.exit(run(arguments));
    }

    private static PrintStream standardError() {
        return new PrintStream(
                new PrintableOutput(new FileOutputStream(FileDescriptor.err)), true, StandardCharsets.UTF_8);
    }

    /** Runs the command line; returns the exit code. */
    static int run(String... arguments) {
        quietLogging();
        Peft peft = new Peft();
        CommandLine line = new CommandLine(peft)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOverwrittenOptionsAllowed(true)
                .setExpandAtFiles(false) // texts are arguments too, and a text may begin with @
                .setTrimQuotes(false)
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        line.setExecutionExceptionHandler((error, command, parsed) -> peft.report(error, command, parsed));
        line.setParameterExceptionHandler((error, all) -> {
            line.getErr().println("peft: " + FailureMessage.of(error, "") + " (see peft --help)");
            return BAD_INPUT;
        });
        line.setExecutionStrategy(parsed -> {
            try {
                return new CommandLine.RunLast().execute(parsed);
            } catch (UncheckedIOException e) { // help and the version, which picocli prints
                return peft.report(e, line, parsed);
            }
        });
        try {
            Arguments.requireReadable(arguments);
            return line.execute(arguments);
        } catch (UsageException | Error e) {
            return peft.report(e, line, line.getParseResult());
        }
    }

    private int report(Throwable error, CommandLine command, ParseResult parsed) {
        if (stackTrace) {
            error.printStackTrace(command.getErr());
        }
        command.getErr()
                .println("peft: " + FailureMessage.of(error, parsed == null ? "" : CommandInputs.largest(parsed)));
        return isBadInput(FailureMessage.unwrap(error)) ? BAD_INPUT : FAILED;
    }

    private static boolean isBadInput(Throwable error) {
        return error instanceof UsageException
                || error instanceof DataFileException
                || error instanceof BackboneException
                || error instanceof AdapterException
                || error instanceof PropertyException
                || error instanceof IllegalArgumentException;
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
