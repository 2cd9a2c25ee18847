package io.github.tribuopeft.torchscript;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.architecture.TracedArchitecture;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.huggingface.files.BackboneDirectory;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import io.github.tribuopeft.huggingface.files.FileState;
import io.github.tribuopeft.huggingface.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Directory with a model of any architecture that the user traced or scripted in Python. Methods that add prompts
 * before the text can be trained, and heads; methods inside the layers cannot. The directory contains
 *
 * <ul>
 *   <li>{@code model.pt}: a TorchScript module whose forward method has the arguments {@code inputs_embeds} [B, S, E]
 *       and {@code attention_mask} [B, S] and returns hidden states [B, S, H], as a tensor, as the first element of a
 *       tuple or as {@code last_hidden_state} of a dictionary;
 *   <li>{@code embeddings.safetensors}: one tensor [V, E], the word embeddings;
 *   <li>{@code tokenizer.json};
 *   <li>{@code torchscript.json}: {@code positions}, the largest S; optionally {@code hidden}, the width H, if it is
 *       not E, and {@code pooling}, the state that represents a text (mean, first or last), if it is not the mean.
 * </ul>
 *
 * <p>A TorchScript file is a program. Open only files that you trust.
 */
public final class TorchScriptDirectory implements BackboneSource {

    private static final String MODULE = "model.pt";
    private static final String EMBEDDINGS = "embeddings.safetensors";
    private static final String SETTINGS = "torchscript.json";
    private static final String HUGGING_FACE_CONFIG = "config.json";

    private static final Map<String, TextPooling> POOLING =
            Map.of("mean", TextPooling.MEAN, "first", TextPooling.CLS, "last", TextPooling.LAST);

    @Config(mandatory = true, description = "The directory.")
    private Path directory;

    /** For OLCUT. */
    private TorchScriptDirectory() {}

    /** Creates a source for a directory without reading it. */
    public TorchScriptDirectory(Path directory) {
        this.directory = directory;
    }

    /** Returns whether a directory contains a TorchScript module and no {@code config.json} of a Hugging Face model. */
    public static boolean matches(Path directory) {
        return Files.exists(directory.resolve(MODULE)) && !Files.exists(directory.resolve(HUGGING_FACE_CONFIG));
    }

    @Override
    public String name() {
        return files().name();
    }

    @Override
    public Fingerprint fingerprint() {
        String weights = BackboneDirectory.hash(module()) + '\n' + BackboneDirectory.hash(embeddings());
        return new Fingerprint(
                BackboneDirectory.hash(settings()),
                Fingerprint.sha256(weights.getBytes(StandardCharsets.UTF_8)),
                BackboneDirectory.hash(files().tokenizer()));
    }

    @Override
    public String fileState() {
        return FileState.of(List.of(settings(), module(), embeddings(), files().tokenizer()));
    }

    @Override
    public Checkpoint open() {
        ConfigFile settings = ConfigFile.read(settings());
        Optional<TextPooling> pooling = pooling(settings);
        Path module = module();
        Path tokenizer = files().tokenizer();
        Path embeddings = embeddings();
        SafetensorsFile tensors = SafetensorsFile.open(embeddings);
        Map.Entry<String, Shape> words = words(tensors, embeddings);
        int width = Math.toIntExact(words.getValue().get(1));
        TracedArchitecture shape = new TracedArchitecture(
                Math.toIntExact(words.getValue().get(0)),
                width,
                settings.has("hidden") ? settings.integer("hidden") : width,
                settings.integer("positions"));
        return new TorchScriptCheckpoint(shape.architecture(), pooling, module, tensors, words.getKey(), tokenizer);
    }

    /** The checkpoint in the directory. */
    private record TorchScriptCheckpoint(
            Architecture architecture,
            Optional<TextPooling> pooling,
            Path file,
            SafetensorsFile tensors,
            String words,
            Path vocabulary)
            implements Checkpoint {

        @Override
        public Optional<Path> module() {
            return Optional.of(file);
        }

        @Override
        public void read(NDManager manager, WeightReceiver receiver) {
            try (NDArray table = tensors.view(manager, words)) {
                receiver.accept(TracedArchitecture.WORDS, table, tensors.format(words));
            }
        }

        @Override
        public InputStream tokenizer() throws IOException {
            return Files.newInputStream(vocabulary);
        }
    }

    private static Map.Entry<String, Shape> words(SafetensorsFile tensors, Path file) {
        Map<String, Shape> shapes = tensors.shapes();
        if (shapes.size() != 1) {
            throw new BackboneException(
                    file + " should contain one tensor, the word embeddings [V, E], but contains " + shapes.keySet());
        }
        Map.Entry<String, Shape> words = shapes.entrySet().iterator().next();
        Shape shape = words.getValue();
        if (shape.dimension() != 2 || shape.size() == 0 || Math.max(shape.get(0), shape.get(1)) > Integer.MAX_VALUE) {
            throw new BackboneException(
                    file + ": '" + words.getKey() + "' should be word embeddings [V, E], but is " + words.getValue());
        }
        return words;
    }

    private static Optional<TextPooling> pooling(ConfigFile settings) {
        if (!settings.has("pooling")) {
            return Optional.empty();
        }
        String name = settings.text("pooling", "");
        if (!POOLING.containsKey(name)) {
            throw new BackboneException(
                    settings.file() + ": 'pooling' is '" + name + "'; expected mean, first or last");
        }
        return Optional.of(POOLING.get(name));
    }

    private BackboneDirectory files() {
        return new BackboneDirectory(directory);
    }

    private Path module() {
        return files().file(MODULE, "torch.jit.trace(...).save(\"" + MODULE + "\") writes it");
    }

    private Path embeddings() {
        return files().file(
                        EMBEDDINGS,
                        "It contains the word embeddings: safetensors.torch.save_file({\"weight\": "
                                + "model.get_input_embeddings().weight.detach().clone()}, \"" + EMBEDDINGS + "\")");
    }

    private Path settings() {
        return files().file(
                        SETTINGS,
                        "It contains the largest number of rows of the module's input, including those of a prompt:"
                                + " {\"positions\": 512}");
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "BackboneSource");
    }

    @Override
    public String toString() {
        return "TorchScriptDirectory(" + directory + ")";
    }
}
