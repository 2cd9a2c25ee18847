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

@Command(
        name = "predict",
        description = "Predicts labels or entities of texts: one JSON object a line.",
        mixinStandardHelpOptions = true)
final class PredictCommand implements Callable<Integer> {

    @Mixin
    private Models models;

    @Mixin
    private Data data;

    @ArgGroup(multiplicity = "1")
    private Input input;

    @Option(names = "--output", paramLabel = "FILE", description = "Where to write; the standard output by default.")
    private Path output;

    /** Texts from the command line or from a file. */
    static final class Input {
        @Option(
                names = "--text",
                arity = "1..*",
                required = true,
                paramLabel = "TEXT",
                parameterConsumer = Texts.class,
                description = "Texts; a first one may look like an option.")
        private List<String> texts;

        @Option(
                names = "--input",
                required = true,
                paramLabel = "FILE",
                description = "A .tsv, .csv or .jsonl file with a text column, or a .txt file with a text a line.")
        private Path file;
    }

    /** Takes the first text whatever it looks like, since it may come from a stranger, and others up to the next option. */
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
            return argument.equals("--") || command.optionsMap().containsKey(argument.replaceFirst("(?s)=.*", ""));
        }
    }

    private List<String> given() {
        for (int i = 0; i < input.texts.size(); i++) {
            if (Whitespace.isBlank(input.texts.get(i))) {
                throw new UsageException("--text: text " + (i + 1) + " is blank; expected some words");
            }
        }
        return input.texts;
    }

    @Override
    public Integer call() throws IOException {
        models.inputs().reads("--input", input.file).writes("--output", output).check();
        List<String> texts = input.file == null ? given() : data.texts(input.file);
        Path model = models.file();
        TaskRunner work = Task.of(model).work();
        if (output == null) {
            work.predict(model, texts, System.out);
        } else {
            AtomicFile.write(output, out -> work.predict(model, texts, CheckedOutput.printTo(out)));
        }
        return 0;
    }
}
