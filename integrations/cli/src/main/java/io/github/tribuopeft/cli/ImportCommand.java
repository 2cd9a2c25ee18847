package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.data.Whitespace;
import io.github.tribuopeft.evaluation.SpanScheme;
import io.github.tribuopeft.huggingface.adapter.PeftAdapterDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Command that imports an adapter of Hugging Face PEFT. */
@Command(
        name = "import",
        description = "Imports a Hugging Face PEFT adapter directory as a model.",
        sortOptions = false,
        customSynopsis = "peft import --from=DIR --output=MODEL [OPTIONS]",
        mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {

    @Option(
            names = "--from",
            required = true,
            paramLabel = "DIR",
            description = "Adapter directory with adapter_config.json and adapter_model.safetensors.")
    private Path directory;

    @Option(
            names = "--backbone",
            defaultValue = "minilm",
            paramLabel = "minilm|DIR",
            description = "Backbone of the adapter: minilm (default) or a Hugging Face directory.")
    private String backbone;

    @Option(names = "--output", required = true, paramLabel = "MODEL", description = "Model file to write.")
    private Path output;

    @Option(
            names = "--labels",
            split = ",",
            paramLabel = "NAME",
            description = "Names of the labels in the order of the logits, separated by commas.")
    private List<String> labels = List.of();

    @Option(
            names = "--real-first-token",
            description = "Pool the first token of the text. With a prompt, PEFT and the default here pool the first"
                    + " virtual token instead.")
    private boolean realFirstToken;

    @Override
    public Integer call() throws IOException {
        new Destinations()
                .reads("--from", directory)
                .reads("--backbone", TuningOptions.directoryOf(backbone))
                .writes("--output", output)
                .check();
        PeftAdapterDirectory adapter = PeftAdapterDirectory.open(directory).withLabels(labelNames());
        if (realFirstToken) {
            adapter = adapter.withRealFirstToken();
        }
        try (AdaptedModel model = adapter.model(TuningOptions.source(backbone))) {
            requireTags(model);
            model.serializeToFile(output);
            System.out.printf(
                    "Wrote %s: the %s adapter for %s in %s, labels %s%n",
                    output, adapter.type(), adapter.task(), directory, String.join(", ", model.labels()));
        }
        return 0;
    }

    /** Returns the names of the labels without the spaces around the commas. */
    private List<String> labelNames() {
        List<String> names = new ArrayList<>();
        for (String label : labels) {
            try {
                names.add(Whitespace.requireName("label", label));
            } catch (IllegalArgumentException e) {
                throw new UsageException(
                        "--labels: label " + (names.size() + 1) + ": " + e.getMessage()
                                + "; expected names separated by commas",
                        e);
            }
        }
        return names;
    }

    /** Checks that the labels of a tagger are tags of entities. Other labels would give no predictions. */
    private void requireTags(AdaptedModel model) {
        if (model.tagDecoding().isEmpty()) {
            return;
        }
        try {
            SpanScheme.CONLLEVAL.spans(model.labels());
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    "--labels: the labels of this tagger are " + String.join(", ", model.labels())
                            + ", which are not tags of entities; expected --labels with tags such as O,B-PER,I-PER in"
                            + " the order of the logits, as in 'id2label' of the model in Python",
                    e);
        }
    }
}
