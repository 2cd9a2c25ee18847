package io.github.tribuopeft.generation;

import io.github.tribuopeft.backbone.BackboneTokenizer;
import io.github.tribuopeft.backbone.TokenStreamDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Predicate;

/** Text of a batch during its generation. */
final class GrowingText {

    private final GenerationRequest request;
    private final int[] prompt;
    private final OptionalInt endToken;
    private final TokenStreamDecoder decoder;
    private final StoppedText text;
    private final Random random;
    private final List<Integer> ids = new ArrayList<>();
    private FinishReason reason;

    GrowingText(
            GenerationRequest request,
            int[] prompt,
            BackboneTokenizer tokenizer,
            OptionalInt endToken,
            Predicate<String> listener) {
        this.request = request;
        this.prompt = prompt;
        this.endToken = endToken;
        this.decoder = tokenizer.streamDecoder(prompt);
        this.text = new StoppedText(request.stop(), listener);
        this.random = new Random(request.seed());
    }

    GenerationRequest request() {
        return request;
    }

    int[] prompt() {
        return prompt;
    }

    /** Returns the next random number of the text, in [0, 1). */
    double nextRandom() {
        return random.nextDouble();
    }

    /** Returns the number of tokens of prompt and text. */
    int length() {
        return prompt.length + ids.size();
    }

    /** Returns the id of a token of prompt and text. */
    int token(int index) {
        return index < prompt.length ? prompt[index] : ids.get(index - prompt.length);
    }

    boolean isComplete() {
        return reason != null;
    }

    /** Appends a token. */
    void append(int id) {
        ids.add(id);
        if (endToken.isPresent() && id == endToken.getAsInt()) {
            text.append(decoder.finish());
            reason = FinishReason.STOP;
            return;
        }
        text.append(decoder.append(id));
        boolean isLast = ids.size() == request.maxTokens();
        if (isLast) {
            text.append(decoder.finish());
        }
        if (isLast || text.isStopped() || text.isCancelled()) {
            reason = FinishReason.LENGTH;
        }
    }

    /** Returns the complete text. */
    Generation end() {
        return text.end(ids, prompt.length, reason);
    }
}
