package io.github.tribuopeft.attestation;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Input of a training run that determines its result.
 *
 * @param role the role of the input
 * @param name name of the file or of the backbone, for messages
 * @param file path at training time; empty if the input is not a single file
 * @param sha256 SHA-256 in lower-case hex
 */
record Material(Role role, String name, Optional<Path> file, String sha256) {

    /** Role of an input. */
    enum Role {
        /** File of the training data. */
        TRAINING_DATA("training-data"),
        /** File of the development data. */
        DEVELOPMENT_DATA("development-data"),
        /** Configuration of the backbone. */
        BACKBONE_CONFIGURATION("backbone-configuration"),
        /** Weights of the backbone. */
        BACKBONE_WEIGHTS("backbone-weights"),
        /** Tokenizer of the backbone. */
        BACKBONE_TOKENIZER("backbone-tokenizer"),
        /** Model or adapter from which the training resumed. */
        INITIAL_CHECKPOINT("initial-checkpoint");

        private final String id;

        Role(String id) {
            this.id = id;
        }

        /** Returns the name in statements. */
        String id() {
            return id;
        }

        /** Returns the name in messages. */
        String label() {
            return id.replace('-', ' ');
        }

        /** Returns whether the input is a part of the backbone. */
        boolean isBackbone() {
            return id.startsWith("backbone");
        }

        /** Returns whether the input is a data file. */
        boolean isData() {
            return id.endsWith("data");
        }
    }
}
