package io.github.tribuopeft.method;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys and values that a real text makes in the frozen backbone (Li and Liang 2021, section 7.5: real words start better
 * than noise). Without a text of the user's, training texts drawn at random are used, as many as it takes.
 * What does not fit the backbone's positions is repeated.
 */
public final class TextPrefixInitializer implements PrefixInitializer {

    @Config(description = "The text; empty for texts drawn from the training data.")
    private String text = "";

    /** Training texts drawn at random. */
    public TextPrefixInitializer() {}

    /** A text of the user's, repeated if it is shorter than the prefix. */
    public TextPrefixInitializer(String text) {
        this.text = text;
    }

    @Override
    public List<Tensor> keysAndValues(int count, MethodContext context) {
        Backbone backbone = context.backbone();
        TokenSequence tokens = tokens(count, context);
        return TorchRuntime.withoutGradients(() -> {
            try (NDManager scope = backbone.newManager()) {
                NDArray made = backbone.keysAndValues(scope, new TokenBatch(List.of(tokens)));
                List<Tensor> tensors = new ArrayList<>();
                for (int i = 0; i < made.getShape().get(0); i++) {
                    tensors.add(firstRows(Tensor.of(made.get(i)), count));
                }
                return tensors;
            }
        });
    }

    private TokenSequence tokens(int count, MethodContext context) {
        if (text.isBlank() && context.texts().isEmpty()) {
            throw new IllegalArgumentException(
                    "A prefix can start from a text only if one is given: there are no training texts");
        }
        Backbone backbone = context.backbone();
        StringBuilder joined = new StringBuilder();
        TokenSequence tokens;
        int texts =
                0; // most texts have a token at least; where none has, as with control characters, more of them do not
        // help
        do {
            texts++;
            joined.append(text.isBlank() ? drawn(context) : text).append(' ');
            tokens = backbone.tokenizer()
                    .encode(joined.toString(), backbone.dimensions().positions());
        } while (tokens.length() < count && texts < count && tokens.dropped() == 0);
        return tokens;
    }

    /** The keys or values [1, N, T, D] of the first tokens, from the start again where there are too few: [1, N, count, D]. */
    private static Tensor firstRows(Tensor made, int count) {
        int heads = (int) made.shape().get(1);
        int tokens = (int) made.shape().get(2);
        int width = (int) made.shape().get(3);
        float[] values = new float[Tensor.length(heads, count, width)];
        for (int row = 0; row < heads * count; row++) {
            int from = (row / count * tokens + row % count % tokens) * width;
            System.arraycopy(made.values(), from, values, row * width, width);
        }
        return new Tensor(new Shape(1, heads, count, width), values);
    }

    private static String drawn(MethodContext context) {
        return context.texts().get(context.random().nextInt(context.texts().size()));
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PrefixInitializer");
    }

    @Override
    public String toString() {
        return "TextPrefixInitializer(" + text + ")";
    }
}
