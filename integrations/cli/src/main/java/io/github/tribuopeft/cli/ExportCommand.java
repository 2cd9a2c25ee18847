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

@Command(
        name = "export",
        description =
                "Writes a model as an adapter directory of Hugging Face PEFT, with a program that runs it in Python.",
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {

    @Mixin
    private Models models;

    @Option(names = "--to", required = true, paramLabel = "DIR", description = "The directory to write.")
    private Path directory;

    @Option(
            names = "--base-model",
            paramLabel = "NAME",
            description =
                    "How Python finds the backbone: a name on the Hugging Face hub or a directory. By default the backbone's"
                            + " own directory, or sentence-transformers/all-MiniLM-L6-v2 for minilm.")
    private String baseModel;

    /** Checks that no file of another kind is replaced, such as a backbone's README.md. */
    private void requireAdapterOrNothing() {
        if (Files.exists(directory.resolve(PeftAdapterDirectory.CONFIG))) {
            return;
        }
        for (String name : PeftAdapterDirectory.FILES) {
            if (Files.exists(directory.resolve(name))) {
                throw new UsageException("--to: " + directory + " is not an adapter directory, but contains " + name
                        + ", which would be replaced; expected an empty directory or that of an adapter");
            }
        }
    }

    @Override
    public Integer call() throws IOException {
        Path file = models.file();
        models.inputs()
                .writesInto("--to", directory, PeftAdapterDirectory.FILES)
                .check();
        requireAdapterOrNothing();
        try (AdaptedModel model = Task.of(file).work().model(file)) {
            String base =
                    baseModel == null ? BackboneCatalog.find(model.backbone()).hubName() : baseModel;
            PeftAdapterDirectory.write(model, base, directory)
                    .ifPresent(caution -> System.err.println("peft: note: " + caution));
        }
        PeftAdapterDirectory written = PeftAdapterDirectory.open(directory);
        System.out.printf(
                "Wrote %s: a %s adapter for %s on %s; README.md there shows how to run it in Python%n",
                directory, written.type(), written.task(), written.baseModel());
        return 0;
    }
}
