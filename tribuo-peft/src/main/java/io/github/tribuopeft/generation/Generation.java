package io.github.tribuopeft.generation;

import java.util.List;

/**
 * Generated text.
 *
 * @param text the text after the prompt, without end token and stop string
 * @param ids the generated tokens, end token included
 * @param promptTokens number of tokens of the prompt, special tokens included
 * @param finishReason reason why the text ends
 */
public record Generation(String text, List<Integer> ids, int promptTokens, FinishReason finishReason) {

    public Generation {
        ids = List.copyOf(ids);
    }
}
