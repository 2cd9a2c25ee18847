package io.github.tribuopeft.spark;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.InferenceOptions;
import io.github.tribuopeft.backbone.Fingerprint;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Content of a model file. Spark sends it to the executors, so only bytes are serialized and no native memory.
 *
 * @param bytes the bytes of the file
 * @param sha256 their SHA-256, in lower-case hex
 */
record ModelContent(byte[] bytes, String sha256) implements Serializable {

    private static final long serialVersionUID = 1L;

    static ModelContent of(byte[] bytes) {
        return new ModelContent(bytes, Fingerprint.sha256(bytes));
    }

    /**
     * Reads the model. The backbone is opened at the first prediction.
     *
     * @throws IOException if the bytes are not those of a model file
     */
    AdaptedModel load(InferenceOptions options) throws IOException {
        Path file = Files.createTempFile("tribuo-peft-", ".tribuo");
        try {
            Files.write(file, bytes);
            return AdaptedModel.load(file, options);
        } finally {
            Files.delete(file);
        }
    }
}
