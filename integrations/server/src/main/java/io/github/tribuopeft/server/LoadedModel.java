package io.github.tribuopeft.server;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.PeftTextModel;
import java.nio.file.Path;

/** Model that a server has read, identified by the SHA-256 of its file. */
sealed interface LoadedModel {

    /** Returns the description of the model. */
    Card card();

    /** Closes what this model holds itself. */
    default void close() {}

    /**
     * Description of a model.
     *
     * @param name the name
     * @param task {@code text}, {@code words} or {@code generation}: what the model takes
     * @param method the method
     * @param backbone name of the backbone
     * @param sha256 SHA-256 of the file, in lower-case hex
     * @param bytes size of the file
     * @param file the file
     */
    record Card(String name, String task, String method, String backbone, String sha256, long bytes, Path file) {

        static Card of(String name, String task, AdaptedModel model, String sha256, long bytes, Path file) {
            return new Card(name, task, model.method(), model.backbone().name(), sha256, bytes, file);
        }
    }

    /**
     * Classifier or regression model, whose tensors are in the bank of its backbone.
     *
     * @param queue the queue of the bank, in which the model has its hash as name
     */
    record Banked(Card card, BatchQueue queue) implements LoadedModel {}

    /** Tagger. */
    record Tagger(Card card, PeftSequenceModel model) implements LoadedModel {
        @Override
        public void close() {
            model.close();
        }
    }

    /** Language model. */
    record Generator(Card card, PeftTextModel model) implements LoadedModel {
        @Override
        public void close() {
            model.close();
        }
    }
}
