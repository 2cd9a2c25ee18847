package io.github.tribuopeft.huggingface;

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
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model that the user traced or scripted in Python, whatever it is made of. Prompts can be trained before it, not what works inside its layers. The
 * directory holds
 *
 * <ul>
 *   <li>{@code model.pt}: a TorchScript module whose forward takes {@code inputs_embeds} [B, S, E] and {@code attention_mask} [B, S] and gives hidden
 *       states [B, S, H], alone, first of a tuple or as {@code last_hidden_state} of a dictionary;
 *   <li>{@code embeddings.safetensors}: one tensor [V, E], the word embeddings;
 *   <li>{@code tokenizer.json};
 *   <li>{@code torchscript.json}: what the other files do not say. {@code positions}, the number of rows that the module takes; {@code hidden}, the
 *       width H, if it is not E; {@code pooling}, which state stands for a text (mean, first or last), if it is not the mean.
 * </ul>
 *
 * <p>A TorchScript file is a program: one that is not trusted should not be opened.
 */
public final class TorchScriptDirectory implements BackboneSource {

    private static final String MODULE = "model.pt";
    private static final String EMBEDDINGS = "embeddings.safetensors";
    private static final String SETTINGS = "torchscript.json";

    private static final Map<String, TextPooling> POOLING =
            Map.of("mean", TextPooling.MEAN, "first", TextPooling.CLS, "last", TextPooling.LAST);

    @Config(mandatory = true, description = "The directory.")
    private Path directory;

    /** For OLCUT. */
    private TorchScriptDirectory() {}

    /** The backbone in a directory; nothing is read yet. */
    public TorchScriptDirectory(Path directory) {
        this.directory = directory;
    }

    /** Whether a directory looks like one of these rather than a {@link HuggingFaceDirectory}. */
    public static boolean isOne(Path directory) {
        return Files.exists(directory.resolve(MODULE)) && !Files.exists(directory.resolve(HuggingFaceDirectory.CONFIG));
    }

    @Override
    public Optional<Path> localDirectory() {
        return Optional.of(directory);
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
        return new Opened(shape.architecture(), pooling, module, tensors, words.getKey(), tokenizer);
    }

    /** The opened files. */
    private record Opened(
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
                    file + " should hold one tensor, the word embeddings [V, E], but holds " + shapes.keySet());
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
        return files().file(MODULE, "It is what torch.jit.trace(...).save(\"" + MODULE + "\") writes");
    }

    private Path embeddings() {
        return files().file(
                        EMBEDDINGS,
                        "It holds the word embeddings: safetensors.torch.save_file({\"weight\": "
                                + "model.get_input_embeddings().weight.detach().clone()}, \"" + EMBEDDINGS + "\")");
    }

    private Path settings() {
        return files().file(
                        SETTINGS,
                        "It says how many rows the module takes, those of a prompt included: {\"positions\": 512}");
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
