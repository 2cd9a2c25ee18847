package io.github.tribuopeft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.cli.PeftTest.Outcome;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Input files of all commands.
 *
 * @param backbone a tiny backbone
 * @param train labeled texts
 * @param model a model that was trained on the texts for one epoch
 * @param card the card of the model
 * @param adapter the adapter directory of the model
 * @param peft runs a command
 */
record Workspace(Path backbone, Path train, Path model, Path card, Path adapter, Function<Object[], Outcome> peft) {

    static Workspace in(Path folder) throws IOException {
        StringBuilder rows = new StringBuilder("label\ttext\n");
        for (int i = 0; i < 8; i++) {
            rows.append("good\ta fine film number " + i + "\nbad\tthe song was awful " + i + "\n");
        }
        Workspace workspace = new Workspace(
                TinyBertDirectory.write(folder.resolve("tiny")),
                Files.writeString(folder.resolve("train.tsv"), rows),
                folder.resolve("model.tribuo"),
                folder.resolve("model.tribuo.card.json"),
                folder.resolve("adapter"),
                PeftTest::run);
        assertSuccess(workspace.train("--output", workspace.model));
        assertSuccess(workspace.export("--to", workspace.adapter));
        return workspace;
    }

    private static void assertSuccess(Outcome outcome) {
        assertThat(outcome.code()).as(outcome.err()).isZero();
    }

    /** Returns a workspace with the same files, whose commands print to a stream. */
    Workspace printingTo(OutputStream out) {
        return new Workspace(backbone, train, model, card, adapter, arguments -> PeftTest.runTo(out, arguments));
    }

    Outcome run(Object... arguments) {
        return peft.apply(arguments);
    }

    private Outcome run(List<Object> first, Object... more) {
        List<Object> all = new ArrayList<>(first);
        all.addAll(List.of(more));
        return run(all.toArray());
    }

    Outcome train(Object... more) {
        return run(List.of("train", "--train", train, "--backbone", backbone, "--epochs", 1), more);
    }

    Outcome evaluate(Object... more) {
        return run(List.of("evaluate", "--model", model, "--data", train), more);
    }

    Outcome verify(Object... more) {
        return run(List.of("verify", "--model", model), more);
    }

    Outcome predict(Object... more) {
        return run(List.of("predict", "--model", model, "--input", train), more);
    }

    Outcome reproduce(Object... more) {
        return run(List.of("reproduce", "--model", model), more);
    }

    Outcome compare(Object... more) {
        return run(
                List.of(
                        "compare",
                        "--train",
                        train,
                        "--dev",
                        train,
                        "--test",
                        train,
                        "--methods",
                        "linear-probe",
                        "--seeds",
                        1,
                        "--backbone",
                        backbone,
                        "--epochs",
                        1),
                more);
    }

    Outcome export(Object... more) {
        return run(List.of("export", "--model", model), more);
    }

    Outcome imports(Object... more) {
        return run(List.of("import", "--from", adapter, "--backbone", backbone), more);
    }
}
