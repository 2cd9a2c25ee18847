package io.github.tribuopeft.huggingface;

import io.github.tribuopeft.ComponentProvider;
import io.github.tribuopeft.ComponentType;
import java.util.List;

/** The backbone sources of this module: a model file may send its reader to a local directory of weights, not to a program or a URL. */
public final class DirectoryComponents implements ComponentProvider {

    /** For the service loader. */
    public DirectoryComponents() {}

    @Override
    public List<ComponentType<?>> types() {
        return List.of(
                new ComponentType<>(
                        HuggingFaceDirectory.class,
                        settings -> new HuggingFaceDirectory(settings.localPath("directory"))),
                ComponentType.namedByUser(
                        TorchScriptDirectory.class,
                        settings -> "the TorchScript module in " + settings.text("directory")
                                + " is a program, and runs only if you name its directory: with --backbone, or in Java with "
                                + "BackboneCatalog.register(new TorchScriptDirectory(path))"),
                ComponentType.namedByUser(
                        DjlModel.class,
                        settings -> "the model was fetched from " + settings.text("url")
                                + ", and a URL in a model file is not opened. If you trust it, call "
                                + "BackboneCatalog.register(new DjlModel(url))"));
    }
}
