package io.github.tribuopeft.huggingface;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.backbone.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory as transformers' {@code save_pretrained} leaves it: {@code config.json}, {@code tokenizer.json}, and {@code model.safetensors} or its
 * shards with {@code model.safetensors.index.json}. Pooling settings of sentence-transformers beside them are heeded.
 */
public final class HuggingFaceDirectory implements BackboneSource {

    static final String CONFIG = "config.json";
    private static final String TOKENIZER = "tokenizer.json";

    @Config(mandatory = true, description = "The directory.")
    private Path directory;

    /** For OLCUT. */
    private HuggingFaceDirectory() {}

    /** The backbone in a directory; nothing is read yet. */
    public HuggingFaceDirectory(Path directory) {
        this.directory = directory;
    }

    @Override
    public String name() {
        Path last = directory.toAbsolutePath().normalize().getFileName();
        return last == null ? directory.toString() : last.toString();
    }

    @Override
    public String hubName() {
        return directory.toString();
    }

    @Override
    public Fingerprint fingerprint() {
        Path config = file(CONFIG);
        WeightFiles weights = WeightFiles.in(directory);
        Path tokenizer = tokenizer();
        return new Fingerprint(
                hash(config, () -> Fingerprint.sha256(Files.newInputStream(config))),
                hash(directory, weights::sha256),
                hash(tokenizer, () -> Fingerprint.sha256(Files.newInputStream(tokenizer))));
    }

    @Override
    public Checkpoint open() {
        ConfigFile config = ConfigFile.read(file(CONFIG));
        Family family = Families.of(config);
        Path tokenizer = tokenizer();
        Tensors tensors = WeightFiles.in(directory).open();
        try {
            config.requireLayersWithin(tensors.names().size());
            return new DirectoryCheckpoint(
                    architecture(family, config),
                    family,
                    tensors,
                    SentencePooling.in(directory),
                    config.outputs(),
                    tokenizer);
        } catch (RuntimeException e) {
            tensors.close();
            throw e;
        }
    }

    private static Architecture architecture(Family family, ConfigFile config) {
        try {
            return family.architecture(config);
        } catch (IllegalArgumentException e) {
            throw new BackboneException(config.file() + ": " + e.getMessage(), e);
        }
    }

    /** Reads files and gives a hash of them. */
    private interface Hashing {
        String sha256() throws IOException;
    }

    private static String hash(Path what, Hashing hashing) {
        try {
            return hashing.sha256();
        } catch (IOException e) {
            throw new BackboneException(what + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Path tokenizer() {
        return file(
                TOKENIZER,
                "Make it once, in that directory: python -c \"from transformers import AutoTokenizer; "
                        + "AutoTokenizer.from_pretrained('.').save_pretrained('.')\"");
    }

    private Path file(String name) {
        return file(name, "It needs " + CONFIG + ", " + WeightFiles.WHOLE + " and " + TOKENIZER);
    }

    private Path file(String name, String remedy) {
        if (!Files.isDirectory(directory)) {
            throw new BackboneException("There is no backbone directory " + directory);
        }
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new BackboneException("The backbone directory " + directory + " has no " + name + ". " + remedy);
        }
        return file;
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
