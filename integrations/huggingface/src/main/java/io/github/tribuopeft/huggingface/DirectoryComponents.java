package io.github.tribuopeft.huggingface;

import io.github.tribuopeft.ComponentProvider;
import io.github.tribuopeft.ComponentType;
import io.github.tribuopeft.huggingface.adapter.PeftAdapterCheckpoint;
import io.github.tribuopeft.torchscript.TorchScriptDirectory;
import java.util.List;

/**
 * Backbone sources and checkpoints that model files may name. A model file may refer to a local directory of weights, but not to a
 * program or a URL.
 */
public final class DirectoryComponents implements ComponentProvider {

    /** Constructor for the service loader. */
    public DirectoryComponents() {}

    @Override
    public List<ComponentType<?>> types() {
        return List.of(
                new ComponentType<>(
                        HuggingFaceDirectory.class,
                        settings -> new HuggingFaceDirectory(settings.localPath("directory"))),
                new ComponentType<>(
                        PeftAdapterCheckpoint.class,
                        settings -> new PeftAdapterCheckpoint(settings.localPath("directory"))),
                ComponentType.namedByUser(
                        TorchScriptDirectory.class,
                        settings -> "the TorchScript module in " + settings.text("directory")
                                + " is a program, which runs only if you name its directory:"
                                + " with --backbone, or in Java with"
                                + " BackboneCatalog.register(new TorchScriptDirectory(path))"),
                ComponentType.namedByUser(
                        DjlModel.class,
                        settings -> "the model was fetched from " + settings.text("url")
                                + ", and a URL in a model file is not opened. If you trust it, call "
                                + "BackboneCatalog.register(new DjlModel(url))"));
    }
}
