package io.github.tribuopeft.inspection;

import com.oracle.labs.mlrg.olcut.util.Pair;
import io.github.tribuopeft.InferenceOptions;
import io.github.tribuopeft.ModelState;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneCatalog;
import io.github.tribuopeft.backbone.CharacterRange;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.engine.Devices;
import io.github.tribuopeft.training.AdaptedBackbone;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tribuo.Example;
import org.tribuo.Excuse;
import org.tribuo.classification.Label;

/**
 * Explainer of the predictions of a text classifier: the contribution of each token of a text, and of each virtual
 * token, to the logit of the predicted label. It has two measures, which {@link TextAttribution} compares:
 *
 * <ul>
 *   <li>Integrated gradients (Sundararajan et al. 2017). The baseline is a text of full stops with the same special
 *       tokens; rows of a prompt are full stops, too, and keys and values of a prefix are 0. The number of points is
 *       doubled, up to 1,024, until the contributions sum to the difference of the logits up to 1e-3 of it, or of 1 if
 *       it is smaller; {@link TextAttribution#completenessError} is what is left.
 *   <li>Leave-one-out: the decrease of the logit when a token is deleted.
 * </ul>
 *
 * <pre>{@code
 * try (PredictionExplainer explainer = new PredictionExplainer(model, InferenceOptions.DEFAULT)) {
 *     TextAttribution attribution = explainer.explain("My card has not arrived");
 * }
 * }</pre>
 *
 * <p>Models of all methods are supported. The explainer opens a handle to the model's backbone, which {@link #close}
 * closes. The caller closes the model.
 */
public final class PredictionExplainer implements AutoCloseable {

    private static final String FILLER = ".";

    private final PeftModel<Label> model;
    private final ModelState<Label> state;
    private final Backbone backbone;
    private final int filler;

    /**
     * Opens the backbone of a model.
     *
     * @param options the device and the precision; bf16 is too imprecise for contributions that sum to the difference
     */
    public PredictionExplainer(PeftModel<Label> model, InferenceOptions options) {
        this.model = model;
        this.state = model.state();
        this.backbone = Backbone.open(
                BackboneCatalog.find(model.backbone()),
                Devices.resolve(options.device()),
                options.precision().orElse(state.precision()));
        this.filler = backbone.tokenizer().encodeWithoutSpecialTokens(FILLER)[0];
    }

    /** Explains the prediction for a text. */
    public TextAttribution explain(String text) {
        return explain(new TextExampleExtractor<Label>().extract(state.head().unknown(), text));
    }

    /**
     * Explains the prediction for an example.
     *
     * @throws IllegalArgumentException if the example has no text
     */
    public TextAttribution explain(Example<Label> example) {
        String text = TextExampleExtractor.text(example);
        TokenSequence tokens = backbone.tokenizer().encode(text, state.maxLength());
        List<Optional<CharacterRange>> ranges = backbone.tokenizer().ranges(text, state.maxLength());
        int[] inText = IntStream.range(0, ranges.size())
                .filter(t -> ranges.get(t).isPresent())
                .toArray();
        int[] reference = tokens.ids().clone();
        IntStream.of(inText).forEach(t -> reference[t] = filler);
        var prediction = model.predict(example);
        int label = model.labels().indexOf(prediction.getOutput().getLabel());
        IntegratedGradients.Result gradients =
                new IntegratedGradients(backbone, state, tokens, reference, filler, label).compute();

        double[] withoutTokens = logits(
                state.adapter(),
                IntStream.of(inText).mapToObj(t -> without(tokens, t)).toList(),
                label);
        List<Attribution> ofTokens = new ArrayList<>();
        for (int i = 0; i < inText.length; i++) {
            CharacterRange range = ranges.get(inText[i]).orElseThrow();
            ofTokens.add(new Attribution(
                    text.substring(range.begin(), range.end()),
                    range.begin(),
                    range.end(),
                    gradients.ofTokens()[inText[i]],
                    gradients.end() - withoutTokens[i]));
        }
        List<Attribution> ofVirtualTokens = IntStream.range(0, gradients.ofVirtualTokens().length)
                .mapToObj(t -> virtualToken(t, tokens, label, gradients))
                .toList();
        return new TextAttribution(
                text, prediction, gradients.end(), gradients.begin(), gradients.points(), ofTokens, ofVirtualTokens);
    }

    private Attribution virtualToken(int t, TokenSequence tokens, int label, IntegratedGradients.Result gradients) {
        Ablation.Token token = new Ablation.Token(t);
        Adapter without = new VirtualTokenTensors(state.adapter()).with(token, Change.REMOVED);
        double logit = logits(without, List.of(tokens), label)[0];
        return new Attribution(token.toString(), 0, 0, gradients.ofVirtualTokens()[t], gradients.end() - logit);
    }

    /** Deletes a token; a text without tokens would have no hidden state, so the last one becomes a full stop. */
    private TokenSequence without(TokenSequence tokens, int t) {
        if (tokens.length() == 1) {
            return new TokenSequence(new int[] {filler}, tokens.types(), tokens.cases(), tokens.wordStarts(), 0);
        }
        int[] left =
                IntStream.range(0, tokens.length()).filter(other -> other != t).toArray();
        return new TokenSequence(
                IntStream.of(left).map(i -> tokens.ids()[i]).toArray(),
                IntStream.of(left).map(i -> tokens.types()[i]).toArray(),
                tokens.cases().isEmpty()
                        ? List.of()
                        : IntStream.of(left).mapToObj(tokens.cases()::get).toList(),
                tokens.wordStarts(),
                0);
    }

    private double[] logits(Adapter adapter, List<TokenSequence> sequences, int label) {
        try (AdaptedBackbone adapted =
                new AdaptedBackbone(backbone, adapter, state.pooling(), state.head(), state.headTensors())) {
            return adapted.logits(sequences).stream()
                    .mapToDouble(logits -> logits[0][label])
                    .toArray();
        }
    }

    /**
     * Explains the prediction for an example as Tribuo's linear models do. {@link PeftModel#getExcuse} is empty, because
     * the model has no feature weights.
     *
     * @return the integrated gradients of the tokens and the virtual tokens for the predicted label, the largest
     *     absolute value first; a token that is in the text several times is in the list as many times
     * @throws IllegalArgumentException if the example has no text
     */
    public Excuse<Label> excuse(Example<Label> example) {
        TextAttribution attribution = explain(example);
        List<Pair<String, Double>> weights = Stream.concat(
                        attribution.tokens().stream(), attribution.virtualTokens().stream())
                .sorted(Comparator.comparingDouble(part -> -Math.abs(part.integratedGradients())))
                .map(part -> new Pair<>(part.name(), part.integratedGradients()))
                .toList();
        return new Excuse<>(example, attribution.prediction(), Map.of(attribution.label(), weights));
    }

    @Override
    public void close() {
        backbone.close();
    }
}
