package io.github.tribuopeft.cli;

import io.github.tribuopeft.data.Whitespace;
import io.github.tribuopeft.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Stack;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Command that prints predictions. */
@Command(
        name = "predict",
        description = "Predicts the outputs of texts. Writes one JSON object per line.",
        sortOptions = false,
        customSynopsis = "peft predict --model=MODEL [--text=TEXT... | --input=FILE] [OPTIONS]",
        mixinStandardHelpOptions = true)
final class PredictCommand implements Callable<Integer> {

    private static final String STANDARD_INPUT = "-";

    @Mixin
    private ModelOptions models;

    @ArgGroup(multiplicity = "0..1")
    private Input input;

    @Mixin
    private DataOptions data;

    @Mixin
    private RunOptions run;

    @Option(names = "--output", paramLabel = "FILE", description = "Output file (default: standard output).")
    private Path output;

    /** Texts from the command line or from a file. */
    static final class Input {
        @Option(
                names = "--text",
                arity = "1..*",
                required = true,
                paramLabel = "TEXT",
                parameterConsumer = Texts.class,
                description = "Texts. The first text may start with a hyphen.")
        private List<String> texts;

        @Option(
                names = "--input",
                required = true,
                paramLabel = "FILE",
                description = {
                    "Texts from a .tsv, .csv or .jsonl file with a text column, or the lines of a .txt file; for task"
                            + " ner also words from a .conll file or from the key tokens of a .jsonl file.",
                    "With --input - or neither option: the lines of standard input. A blank line stays a blank line."
                })
        private String file;
    }

    /**
     * Reads the first text as it is, whether or not it looks like an option, and further texts up to the next option.
     */
    static final class Texts implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> arguments, ArgSpec option, CommandSpec command) {
            if (arguments.isEmpty()) {
                throw new ParameterException(command.commandLine(), "--text: expected a text after it");
            }
            List<String> texts = new ArrayList<>();
            do {
                texts.add(arguments.pop());
            } while (!arguments.isEmpty() && !isOption(arguments.peek(), command));
            option.setValue(texts);
        }

        private static boolean isOption(String argument, CommandSpec command) {
            if (argument.equals("--") || command.optionsMap().containsKey(argument.replaceFirst("(?s)=.*", ""))) {
                return true;
            }
            if (argument.startsWith("--")) {
                throw new ParameterException(
                        command.commandLine(),
                        "--text: '" + argument + "' is not an option of predict; expected a text that starts with --"
                                + " as the first text after --text, or in a file with --input");
            }
            return false;
        }
    }

    @Override
    public Integer call() throws IOException {
        Destinations inputs = models.runWith(run.apply()).inputs();
        if (input != null && !STANDARD_INPUT.equals(input.file)) {
            inputs.reads("--input", input.file == null ? null : Path.of(input.file));
        }
        inputs.writes("--output", output).check();
        PredictionInput texts = read();
        PredictionProgress progress = new PredictionProgress(
                "predict", output == null ? Terminal.progressLineBesideOutput() : Terminal.progressLine());
        try (TaskModel<?, ?> model = Task.bind(models.read());
                progress) {
            if (output == null) {
                model.predict(texts, System.out, progress);
            } else {
                AtomicFile.write(output, out -> model.predict(texts, CheckedOutput.printTo(out), progress));
            }
            progress.close();
            model.reportTruncation(System.err);
        }
        return 0;
    }

    private PredictionInput read() throws IOException {
        if (input == null) {
            if (Terminal.isInput()) {
                throw new UsageException("predict: there is nothing to predict; expected --text TEXT, --input FILE or"
                        + " texts on standard input");
            }
            return StandardInput.read();
        }
        if (input.file == null) {
            return textArguments();
        }
        return input.file.equals(STANDARD_INPUT) ? StandardInput.read() : data.readInput(Path.of(input.file));
    }

    private PredictionInput textArguments() {
        for (int i = 0; i < input.texts.size(); i++) {
            if (Whitespace.isBlank(input.texts.get(i))) {
                throw new UsageException("--text: text " + (i + 1) + " is blank; expected some words");
            }
        }
        return new PredictionInput.Texts(input.texts);
    }
}
