package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.evaluation.SpanEvaluation;
import io.github.tribuopeft.evaluation.card.CardMetrics;
import io.github.tribuopeft.evaluation.card.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tribuo.classification.evaluation.LabelEvaluation;

/** Model cards: those of Tribuo, with a section of what is ours. */
final class Cards {

    /** What the name of a card's file ends in, after the name of the model's. */
    private static final String ENDING = ".card.json";

    private static final String OURS = "PeftDetails";

    private Cards() {}

    /** The card of a model. */
    static ModelCard of(AdaptedModel model) {
        return ModelCard.of(model.getClass(), model.getProvenance(), model.getFeatureIDMap(), model.getOutputIDInfo())
                .with(OURS, model.summary());
    }

    /** The card of a classifier that was tested. */
    static ModelCard of(AdaptedModel model, LabelEvaluation evaluation) {
        return of(model).tested(evaluation, CardMetrics.of(evaluation));
    }

    /** The card of a tagger that was tested. */
    static ModelCard of(AdaptedModel model, SpanEvaluation evaluation, int sequences) {
        return of(model).tested(evaluation, sequences, CardMetrics.of(evaluation));
    }

    /** Where the card of a model file is, unless told otherwise. */
    static Path beside(Path model) {
        return model.resolveSibling(model.getFileName() + ENDING);
    }

    /** Reads the card at a place, and makes a fault of it a user's; null if there is none yet. */
    static ModelCard existing(Path file) {
        return Files.exists(file) ? TaskRunner.open(file, ModelCard::read) : null;
    }

    /** Writes a card with test figures, over the one that was there. */
    static void update(Path file, ModelCard existing, ModelCard tested) throws IOException {
        try {
            (existing == null ? tested : existing.updatedFrom(tested)).write(file);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--card: " + file + ": " + e.getMessage(), e);
        }
    }
}
