package io.github.tribuopeft.text;

import java.util.List;

/**
 * Likelihood of texts under a language model.
 *
 * @param texts number of texts
 * @param tokens number of predicted tokens, end tokens included
 * @param bytes number of bytes in UTF-8
 * @param logLikelihood sum of the logarithms of the tokens' probabilities, in nats
 */
public record TextLikelihood(int texts, long tokens, long bytes, double logLikelihood) {

    /**
     * Adds up the scores of texts.
     *
     * @throws IllegalArgumentException if there is no text, or a text has no score
     */
    public static TextLikelihood of(List<Text> texts) {
        if (texts.isEmpty()) {
            throw new IllegalArgumentException("There is no text to evaluate; expected at least one");
        }
        long tokens = 0;
        long bytes = 0;
        double sum = 0;
        for (Text text : texts) {
            if (text.tokens() == 0) {
                throw new IllegalArgumentException("The text '" + text + "' has no log-likelihood: no model scored it");
            }
            tokens += text.tokens();
            bytes += text.bytes();
            sum += text.logLikelihood();
        }
        return new TextLikelihood(texts.size(), tokens, bytes, sum);
    }

    /** Returns the exponential of the mean loss of a token. Comparable for models with the same tokenizer only. */
    public double perplexity() {
        return Math.exp(-logLikelihood / tokens);
    }

    /** Returns the bits that encode a byte of the texts. Comparable for models with different tokenizers. */
    public double bitsPerByte() {
        return -logLikelihood / Math.log(2) / bytes;
    }
}
