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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Command {@code peft}. Exit codes: 0 success, 1 failure, 2 bad usage or bad input. */
@Command(
        name = "peft",
        description = "Parameter-efficient fine-tuning of frozen transformers on the JVM.",
        mixinStandardHelpOptions = true,
        versionProvider = Peft.Version.class,
        subcommands = {
            QuickstartCommand.class,
            TrainCommand.class,
            EvaluateCommand.class,
            InspectCommand.class,
            PredictCommand.class,
            GenerateCommand.class,
            ChatCommand.class,
            ServeCommand.class,
            CompareCommand.class,
            FewShotCommand.class,
            ReproduceCommand.class,
            ExportCommand.class,
            ImportCommand.class,
            VerifyCommand.class,
            ShowCommand.class,
            MethodsCommand.class,
            DoctorCommand.class
        })
public final class Peft implements Callable<Integer> {

    static final int FAILED = 1;
    static final int BAD_INPUT = 2;
    static final int HELP_WIDTH = 100;

    @Option(names = "--stacktrace", scope = ScopeType.INHERIT, description = "Print the stack trace of an error.")
    private boolean stackTrace;

    @Spec
    private CommandSpec command;

    private Peft() {}

    /** Prints the help: no command was given. */
    @Override
    public Integer call() {
        command.commandLine().usage(System.out);
        return 0;
    }

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

    /** Runs the command line and returns the exit code. */
    static int run(String... arguments) {
        configureLogging();
        Peft peft = new Peft();
        CommandLine line = new CommandLine(peft)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOverwrittenOptionsAllowed(true)
                .setExpandAtFiles(false) // a text may start with @
                .setTrimQuotes(false)
                .setUsageHelpWidth(HELP_WIDTH)
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        List<String> footer = new ArrayList<>(List.of("", "Methods:"));
        footer.addAll(MethodsCommand.list());
        footer.add("");
        footer.add("peft COMMAND --help describes a command, peft methods NAME the settings of a method.");
        line.getCommandSpec().usageMessage().footer(footer.toArray(String[]::new));
        line.setExecutionExceptionHandler((error, command, parsed) -> peft.report(error, command, parsed));
        line.setParameterExceptionHandler((error, all) -> {
            String help = error.getCommandLine().getCommandSpec().qualifiedName();
            line.getErr()
                    .println(
                            "peft: " + FailureMessage.of(error, "") + suggestion(error) + " (see " + help + " --help)");
            return BAD_INPUT;
        });
        line.setExecutionStrategy(parsed -> {
            try {
                return new CommandLine.RunLast().execute(parsed);
            } catch (UncheckedIOException e) { // picocli prints help and version
                return peft.report(e, line, parsed);
            }
        });
        try {
            ArgumentEncoding.requireDecoded(arguments);
            return line.execute(arguments);
        } catch (UsageException | Error e) {
            return peft.report(e, line, line.getParseResult());
        }
    }

    private int report(Throwable error, CommandLine command, ParseResult parsed) {
        Terminal.clearProgressLine();
        if (error instanceof StoppedException stopped) {
            command.getErr().println("peft: " + stopped.getMessage());
            return stopped.signal().exitCode();
        }
        if (stackTrace) {
            error.printStackTrace(command.getErr());
        }
        command.getErr()
                .println("peft: " + FailureMessage.of(error, parsed == null ? "" : CommandInputs.largest(parsed)));
        return isBadInput(FailureMessage.unwrap(error)) ? BAD_INPUT : FAILED;
    }

    /** Returns the command or option that was probably meant; empty if none is similar. */
    private static String suggestion(ParameterException error) {
        if (!(error instanceof UnmatchedArgumentException unmatched)) {
            return "";
        }
        CommandLine line = error.getCommandLine();
        String found = unmatched.getUnmatched().get(0).replaceFirst("(?s)=.*", "");
        return Suggestion.of(
                found,
                found.startsWith("-")
                        ? line.getCommandSpec().optionsMap().keySet()
                        : line.getSubcommands().keySet());
    }

    private static boolean isBadInput(Throwable error) {
        return error instanceof UsageException
                || error instanceof DataFileException
                || error instanceof BackboneException
                || error instanceof AdapterException
                || error instanceof PropertyException
                || error instanceof IllegalArgumentException;
    }

    private static void configureLogging() {
        try (InputStream in = Peft.class.getResourceAsStream("logging.properties")) {
            LogManager.getLogManager().readConfiguration(in);
        } catch (IOException e) {
            System.err.println("peft: logging cannot be configured: " + e.getMessage());
        }
    }

    /** Version in the manifest of the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"peft " + number()};
        }

        /** Returns the version number; {@code development} outside the packaged program. */
        static String number() {
            String version = Peft.class.getPackage().getImplementationVersion();
            return version == null ? "development" : version;
        }
    }
}
