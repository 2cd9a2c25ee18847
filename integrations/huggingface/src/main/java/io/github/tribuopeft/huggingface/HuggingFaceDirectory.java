package io.github.tribuopeft.huggingface;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.huggingface.family.Families;
import io.github.tribuopeft.huggingface.family.Family;
import io.github.tribuopeft.huggingface.files.BackboneDirectory;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import io.github.tribuopeft.huggingface.files.FileState;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Directory that transformers' {@code save_pretrained} wrote: {@code config.json}, {@code tokenizer.json}, and
 * {@code model.safetensors} or its shards with {@code model.safetensors.index.json}. Pooling settings of
 * sentence-transformers in the directory are used.
 */
public final class HuggingFaceDirectory implements BackboneSource {

    static final String CONFIG = "config.json";
    private static final String NEEDED = "It needs " + CONFIG + ", " + WeightFiles.WHOLE + " and tokenizer.json";

    @Config(mandatory = true, description = "The directory.")
    private Path directory;

    /** For OLCUT. */
    private HuggingFaceDirectory() {}

    /** Creates a source for a directory without reading it. */
    public HuggingFaceDirectory(Path directory) {
        this.directory = directory;
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
    public String hubName() {
        return directory.toString();
    }

    @Override
    public Fingerprint fingerprint() {
        Path config = config();
        WeightFiles weights = WeightFiles.in(directory);
        return new Fingerprint(
                BackboneDirectory.hash(config),
                BackboneDirectory.hash(directory, weights::sha256),
                BackboneDirectory.hash(files().tokenizer()));
    }

    @Override
    public String fileState() {
        return FileState.of(Stream.of(
                        Stream.of(config(), files().tokenizer()),
                        WeightFiles.in(directory).all().stream(),
                        SentencePooling.files(directory))
                .flatMap(files -> files)
                .toList());
    }

    @Override
    public Checkpoint open() {
        ConfigFile config = ConfigFile.read(config());
        Family family = Families.of(config);
        Path tokenizer = files().tokenizer();
        CheckpointTensors tensors = WeightFiles.in(directory).open();
        CommonConfig common = new CommonConfig(config);
        common.requireLayersWithin(tensors.names().size());
        return new DirectoryCheckpoint(
                architecture(family, config),
                family,
                tensors,
                SentencePooling.in(directory),
                common.outputs(),
                common.endToken(),
                tokenizer);
    }

    private static Architecture architecture(Family family, ConfigFile config) {
        try {
            return family.architecture(config);
        } catch (IllegalArgumentException e) {
            throw new BackboneException(config.file() + ": " + e.getMessage(), e);
        }
    }

    private BackboneDirectory files() {
        return new BackboneDirectory(directory);
    }

    private Path config() {
        return files().file(CONFIG, NEEDED);
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "BackboneSource");
    }

    @Override
    public String toString() {
        return "HuggingFaceDirectory(" + directory + ")";
    }
}
