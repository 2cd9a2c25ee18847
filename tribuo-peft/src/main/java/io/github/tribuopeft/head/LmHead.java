package io.github.tribuopeft.head;

import ai.djl.ndarray.NDArray;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.text.Text;
import io.github.tribuopeft.text.TextFactory;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.OutputInfo;
import org.tribuo.Prediction;

/**
 * Language-model head: predicts each token of a text with the backbone's own head, which stays frozen. It has no
 * parameters. The best epoch is the one with the lowest perplexity.
 */
public final class LmHead implements OutputHead<Text> {

    /** Creates the head, which has no settings. */
    public LmHead() {}

    @Override
    public HeadLayer layer() {
        return new LmHeadLayer();
    }

    /** {@inheritDoc} A target row is the id of the token. */
    @Override
    public Objective<Text> objective() {
        return new NextToken();
    }

    @Override
    public HeadMetric metric() {
        return new NegativePerplexity();
    }

    @Override
    public OutputPredictor<Text> predictor() {
        return new NoPredictor();
    }

    @Override
    public double defaultLearningRate(PeftMethod method) {
        return method.languageModelLearningRate();
    }

    /** Returns an empty set: a text has no labels. */
    @Override
    public SortedSet<String> names(Text output) {
        return Collections.emptySortedSet();
    }

    /** Returns an empty list: the logits are those of the vocabulary. */
    @Override
    public List<String> names(ImmutableOutputInfo<Text> outputs) {
        return List.of();
    }

    @Override
    public Text unknown() {
        return TextFactory.UNKNOWN_TEXT;
    }

    @Override
    public void validate(OutputInfo<Text> outputs) {}

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "OutputHead");
    }

    @Override
    public String toString() {
        return "LmHead()";
    }

    private static IllegalArgumentException severalTokens() {
        return new IllegalArgumentException(
                "LmHead predicts the tokens of a text and not one output for it. Train it" + " with a PeftTextTrainer");
    }

    /** Cross-entropy of a softmax over the vocabulary. */
    private static final class NextToken implements Objective<Text> {

        /**
         * Throws an exception, because a text has as many targets as tokens.
         *
         * @throws IllegalArgumentException always
         */
        @Override
        public float[] target(Text output, ImmutableOutputInfo<Text> outputs) {
            throw severalTokens();
        }

        @Override
        public NDArray loss(NDArray logits, NDArray targets) {
            return CrossEntropy.ofIds(logits, targets);
        }
    }

    /** Perplexity per token, negative because higher is better. */
    private static final class NegativePerplexity implements HeadMetric {

        @Override
        public String name() {
            return "negative-perplexity";
        }

        @Override
        public double score(List<float[]> logits, List<float[]> targets) {
            double sum = 0;
            for (int row = 0; row < logits.size(); row++) {
                sum -= Math.log(OutputScores.softmax(logits.get(row))[(int) targets.get(row)[0]]);
            }
            return -Math.exp(sum / logits.size());
        }
    }

    /** A text is not predicted from one row of logits. */
    private static final class NoPredictor implements OutputPredictor<Text> {

        @Override
        public boolean generatesProbabilities() {
            return false;
        }

        @Override
        public double[] scores(float[] logits) {
            return OutputScores.softmax(logits);
        }

        @Override
        public Prediction<Text> predict(
                float[] logits, ImmutableOutputInfo<Text> outputs, Example<Text> example, int used) {
            throw severalTokens();
        }
    }
}
