package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.attestation.Attestation;
import io.github.tribuopeft.evaluation.card.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Model cards of adapted models and their files. */
final class ModelCards {

    private static final String SUFFIX = ".card.json";
    private static final String SECTION = "PeftDetails";

    private ModelCards() {}

    /** Returns the card of a model: Tribuo's sections, and one with the method, the backbone and the parameters. */
    static ModelCard of(AdaptedModel model) {
        return ModelCard.of(model.getClass(), model.getProvenance(), model.getFeatureIDMap(), model.getOutputIDInfo())
                .with(SECTION, model.summary());
    }

    /** Returns the card of a model, with links to its attestation. */
    static ModelCard of(AdaptedModel model, Optional<Attestation> attestation) {
        ModelCard card = of(model);
        return attestation
                .map(written -> card.with(Attestation.CARD_SECTION, written.cardSection()))
                .orElse(card);
    }

    /** Returns the default file of a model's card: next to the model, its name followed by {@value #SUFFIX}. */
    static Path defaultFile(Path model) {
        return model.resolveSibling(model.getFileName() + SUFFIX);
    }

    /**
     * Reads a card; returns null if the file does not exist.
     *
     * @throws UsageException if the file is not a model card
     */
    static ModelCard readIfExists(Path file) {
        if (!Files.exists(file)) {
            return null;
        }
        try {
            return ModelCard.read(file);
        } catch (IOException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    /**
     * Writes a card with test results.
     *
     * @param existing the card in the file, whose other sections stay; null if there is none
     * @throws UsageException if the existing card describes another model
     */
    static void update(Path file, ModelCard existing, ModelCard tested) throws IOException {
        try {
            (existing == null ? tested : existing.updatedFrom(tested)).write(file);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--card: " + file + ": " + e.getMessage(), e);
        }
    }
}
