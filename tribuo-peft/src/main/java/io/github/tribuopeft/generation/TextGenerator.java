package io.github.tribuopeft.generation;

import io.github.tribuopeft.backbone.BackboneTokenizer;
import io.github.tribuopeft.backbone.TokenStreamDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * Generates texts token by token.
 *
 * @param tokenizer the tokenizer of the language model
 * @param endToken the token that ends a text; empty if it is not known
 * @param maxTextTokens maximum number of tokens of prompt and new text, see {@code Backbone.maxTextTokens}
 * @param model the language model
 */
public record TextGenerator(BackboneTokenizer tokenizer, OptionalInt endToken, int maxTextTokens, LanguageModel model) {

    /** Language model with the state of one text. */
    @FunctionalInterface
    public interface LanguageModel {

        /**
         * Appends tokens to the text.
         *
         * @return the logits of all tokens of the vocabulary to come next
         */
        float[] append(int... ids);
    }

    /**
     * Generates a text.
     *
     * @param listener receives the text in parts of whole characters, without stop strings, and returns whether to
     *     continue
     * @throws IllegalArgumentException if the prompt has no tokens, or prompt and new text need more tokens than the
     *     backbone takes
     */
    public Generation generate(GenerationRequest request, Predicate<String> listener) {
        int[] prompt = tokenizer.encodeBeginning(request.prompt());
        requireLength(prompt.length, request.maxTokens());
        TokenStreamDecoder decoder = tokenizer.streamDecoder(prompt);
        StoppedText text = new StoppedText(request.stop(), listener);
        NextToken next = new NextToken(request);
        List<Integer> ids = new ArrayList<>();
        int[] occurred = new int[prompt.length + request.maxTokens()];
        System.arraycopy(prompt, 0, occurred, 0, prompt.length);
        float[] logits = model.append(prompt);
        while (true) {
            int id = next.select(logits, Arrays.copyOf(occurred, prompt.length + ids.size()));
            occurred[prompt.length + ids.size()] = id;
            ids.add(id);
            if (endToken.isPresent() && id == endToken.getAsInt()) {
                text.append(decoder.finish());
                return text.end(ids, prompt.length, FinishReason.STOP);
            }
            text.append(decoder.append(id));
            if (ids.size() == request.maxTokens()) {
                text.append(decoder.finish());
            }
            if (text.isStopped() || text.isCancelled() || ids.size() == request.maxTokens()) {
                return text.end(ids, prompt.length, FinishReason.LENGTH);
            }
            logits = model.append(id);
        }
    }

    private void requireLength(int prompt, int maxTokens) {
        if (prompt == 0) {
            throw new IllegalArgumentException("The prompt has no tokens, and the tokenizer has no token that begins a"
                    + " text; expected a prompt");
        }
        // the last token is not processed by the model
        if (prompt + maxTokens - 1L > maxTextTokens) {
            throw new IllegalArgumentException("A prompt of " + prompt + " tokens with " + maxTokens
                    + " new tokens is too long: in addition to the virtual tokens, the backbone has "
                    + maxTextTokens + " positions. Use a shorter prompt or fewer new tokens");
        }
    }
}
