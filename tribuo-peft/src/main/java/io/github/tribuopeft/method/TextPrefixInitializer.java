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
 * Initializer with the keys and values of a text in the frozen backbone, which lead to better results than random
 * values (Li and Liang 2021, section 7.5). If no text is set, random training texts are used until there are enough
 * tokens. If the backbone has fewer positions than the prefix, keys and values are repeated.
 */
public final class TextPrefixInitializer implements PrefixInitializer {

    @Config(description = "The text; empty for random training texts.")
    private String text = "";

    /** Creates an initializer with random training texts. */
    public TextPrefixInitializer() {}

    /** Creates an initializer with a text, which is repeated if it is shorter than the prefix. */
    public TextPrefixInitializer(String text) {
        this.text = text;
    }

    @Override
    public List<Tensor> keysAndValues(int count, MethodContext context) {
        Backbone backbone = context.backbone();
        TokenSequence tokens = tokens(count, context);
        return TorchRuntime.withoutGradients(() -> {
            try (NDManager scope = backbone.newManager()) {
                NDArray keysAndValues = backbone.keysAndValues(scope, new TokenBatch(List.of(tokens)));
                List<Tensor> tensors = new ArrayList<>();
                for (int i = 0; i < keysAndValues.getShape().get(0); i++) {
                    tensors.add(firstRows(Tensor.of(keysAndValues.get(i)), count));
                }
                return tensors;
            }
        });
    }

    private TokenSequence tokens(int count, MethodContext context) {
        if (text.isBlank() && context.texts().isEmpty()) {
            throw new IllegalArgumentException(
                    "A prefix can be initialized from texts only if a text is set or there are training texts");
        }
        Backbone backbone = context.backbone();
        StringBuilder joined = new StringBuilder();
        TokenSequence tokens;
        int texts = 0; // bounds the loop, since some texts have no tokens, such as control characters
        do {
            texts++;
            joined.append(text.isBlank() ? randomText(context) : text).append(' ');
            tokens = backbone.tokenizer()
                    .encode(joined.toString(), backbone.dimensions().positions());
        } while (tokens.length() < count && texts < count && tokens.dropped() == 0);
        return tokens;
    }

    /**
     * Returns the keys or values of the first tokens, repeated if there are too few: [1, K, T, D] to [1, K, count, D].
     */
    private static Tensor firstRows(Tensor tensor, int count) {
        int heads = (int) tensor.shape().get(1);
        int tokens = (int) tensor.shape().get(2);
        int width = (int) tensor.shape().get(3);
        float[] values = new float[Tensor.length(heads, count, width)];
        for (int row = 0; row < heads * count; row++) {
            int from = (row / count * tokens + row % count % tokens) * width;
            System.arraycopy(tensor.values(), from, values, row * width, width);
        }
        return new Tensor(new Shape(1, heads, count, width), values);
    }

    private static String randomText(MethodContext context) {
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
