package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.backbone.BackboneCatalog;
import io.github.tribuopeft.huggingface.adapter.PeftAdapterDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Command that exports a model to Hugging Face PEFT. */
@Command(
        name = "export",
        description = "Exports a model as a Hugging Face PEFT adapter directory, with a README that runs it in Python.",
        sortOptions = false,
        customSynopsis = "peft export --model=MODEL --to=DIR [OPTIONS]",
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {

    @Mixin
    private ModelOptions models;

    @Option(names = "--to", required = true, paramLabel = "DIR", description = "Adapter directory to write.")
    private Path directory;

    @Option(
            names = "--base-model",
            paramLabel = "NAME",
            description = "Name or directory of the backbone in Python (default: the backbone's directory, or"
                    + " sentence-transformers/all-MiniLM-L6-v2 for minilm).")
    private String baseModel;

    /** Checks that the directory is an adapter directory, or that no file in it would be replaced. */
    private void requireAdapterOrNothing() {
        if (Files.exists(directory.resolve(PeftAdapterDirectory.CONFIG))) {
            return;
        }
        for (String name : PeftAdapterDirectory.FILES) {
            if (Files.exists(directory.resolve(name))) {
                throw new UsageException("--to: " + directory + " is not an adapter directory, but contains " + name
                        + ", which would be replaced; expected an empty directory or an adapter directory");
            }
        }
    }

    @Override
    public Integer call() throws IOException {
        models.inputs()
                .writesInto("--to", directory, PeftAdapterDirectory.FILES)
                .check();
        requireAdapterOrNothing();
        try (AdaptedModel model = models.read()) {
            String base =
                    baseModel == null ? BackboneCatalog.find(model.backbone()).hubName() : baseModel;
            PeftAdapterDirectory.write(model, base, directory)
                    .ifPresent(note -> System.err.println("peft: note: " + note));
        }
        PeftAdapterDirectory written = PeftAdapterDirectory.open(directory);
        System.out.printf(
                "Wrote %s: a %s adapter for %s on %s; README.md there shows how to run it in Python%n",
                directory, written.type(), written.task(), written.baseModel());
        return 0;
    }
}
