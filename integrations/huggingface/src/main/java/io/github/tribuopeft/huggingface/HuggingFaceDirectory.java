package io.github.tribuopeft.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

/** A directory as transformers' {@code save_pretrained} leaves it: config.json, model.safetensors, tokenizer.json. */
public final class HuggingFaceDirectory implements BackboneSource {

    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "model.safetensors";
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
        return new Fingerprint(hash(CONFIG), hash(WEIGHTS), hash(TOKENIZER));
    }

    @Override
    public Checkpoint open() {
        ConfigFile config = new ConfigFile(config(), directory.resolve(CONFIG));
        Family family = Families.of(config);
        return new DirectoryCheckpoint(
                architecture(family, config),
                family,
                SafetensorsFile.open(file(WEIGHTS)),
                config.outputs(),
                file(TOKENIZER));
    }

    private static Architecture architecture(Family family, ConfigFile config) {
        try {
            return family.architecture(config);
        } catch (IllegalArgumentException e) {
            throw new BackboneException(config.file() + ": " + e.getMessage(), e);
        }
    }

    private JsonNode config() {
        Path file = file(CONFIG);
        try {
            return new ObjectMapper().readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new BackboneException(file + " is no JSON: " + e.getMessage(), e);
        }
    }

    private String hash(String name) {
        Path file = file(name);
        try {
            return Fingerprint.sha256(Files.newInputStream(file));
        } catch (IOException e) {
            throw new BackboneException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Path file(String name) {
        if (!Files.isDirectory(directory)) {
            throw new BackboneException("There is no backbone directory " + directory);
        }
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new BackboneException("The backbone directory " + directory + " has no " + name + "; it needs "
                    + CONFIG + ", " + WEIGHTS + " and " + TOKENIZER);
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
