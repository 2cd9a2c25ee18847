package io.github.tribuopeft.generation;

import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.UploadedAdapter;
import java.util.List;
import java.util.function.Predicate;

/**
 * Generates texts of one model, one at a time. {@link BatchGenerator} generates several.
 *
 * @param backbone the language model
 * @param adapter the adapter of the model
 */
public record TextGenerator(Backbone backbone, UploadedAdapter adapter) {

    /**
     * Generates a text.
     *
     * @param listener receives the text in parts of whole characters, without stop strings, and returns whether to
     *     continue
     * @throws IllegalArgumentException if the prompt has no tokens, or prompt and new text need more tokens than the
     *     backbone takes
     */
    public Generation generate(GenerationRequest request, Predicate<String> listener) {
        return new BatchGenerator(backbone)
                .generate(List.of(new BatchGenerator.Item(adapter, request, listener)), 1)
                .get(0);
    }
}
