package io.github.tribuopeft.data;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tribuo.Example;
import org.tribuo.Feature;
import org.tribuo.Model;
import org.tribuo.Output;
import org.tribuo.data.text.TextFeatureExtractor;
import org.tribuo.data.text.TextPipeline;
import org.tribuo.data.text.impl.TokenPipeline;
import org.tribuo.impl.ArrayExample;
import org.tribuo.multilabel.baseline.IndependentMultiLabelTrainer;
import org.tribuo.util.tokens.impl.BreakIteratorTokenizer;

/**
 * Extracts examples that contain their text as metadata under {@value #TEXT}, with one constant feature. With a
 * pipeline of lexical features, Tribuo's linear models can be trained on the same dataset.
 *
 * @param <T> the output type
 */
public final class TextExampleExtractor<T extends Output<T>> implements TextFeatureExtractor<T> {

    /** Key of the text in the metadata of an example. */
    public static final String TEXT = "text";

    @Config(description = "Extracts features for Tribuo's own models in addition to the text; none by default.")
    private TextPipeline lexicalFeatures;

    /** Extracts the text only, as transformers need it. */
    public TextExampleExtractor() {}

    /** Extracts the text and lexical features. */
    public TextExampleExtractor(TextPipeline lexicalFeatures) {
        this.lexicalFeatures = lexicalFeatures;
    }

    /** Returns an extractor of the text, its words and its bigrams, for linear models. */
    public static <T extends Output<T>> TextExampleExtractor<T> withWords() {
        return withNgrams(2);
    }

    /** Returns an extractor of the text and its words, for linear models. Bigrams would need three times the memory. */
    public static <T extends Output<T>> TextExampleExtractor<T> withUnigrams() {
        return withNgrams(1);
    }

    private static <T extends Output<T>> TextExampleExtractor<T> withNgrams(int length) {
        return new TextExampleExtractor<>(new TokenPipeline(new BreakIteratorTokenizer(Locale.US), length, true));
    }

    @Override
    public Example<T> extract(T output, String text) {
        List<Feature> features = new ArrayList<>();
        features.add(new Feature(Model.BIAS_FEATURE, 1.0));
        if (lexicalFeatures != null) {
            features.addAll(lexicalFeatures.process("", text));
        }
        return new ArrayExample<>( // without spare capacity, since there may be millions
                output,
                features.stream().map(Feature::getName).toArray(String[]::new),
                features.stream().mapToDouble(Feature::getValue).toArray(),
                Map.of(TEXT, text));
    }

    /**
     * Returns the text of an example.
     *
     * @throws IllegalArgumentException if the example has no text
     */
    public static String text(Example<?> example) {
        Object text = example.getMetadataValue(TEXT).orElse(null);
        if (!(text instanceof String)) {
            throw new IllegalArgumentException("An example with output " + example.getOutput() + " has "
                    + (text == null ? "no text" : "a " + text.getClass().getName() + " instead of a text")
                    + ": its metadata needs a String under '" + TEXT
                    + "'. " + advice(example));
        }
        return (String) text;
    }

    private static String advice(Example<?> example) {
        // Tribuo's multi-label wrappers create their own examples, whose class is not public
        return example.getClass().getPackageName().equals(IndependentMultiLabelTrainer.class.getPackageName())
                ? "IndependentMultiLabelTrainer and ClassifierChainTrainer do not pass it on to the trainer that they"
                        + " wrap. Use a PeftTrainer with a MultiLabelHead on the dataset itself: it predicts all labels"
                        + " at once"
                : "Create examples with TextExampleExtractor, or with a RowProcessor that extracts the text as"
                        + " metadata. MinimumCardinalityDataset and copies of features do not keep it";
    }

    /**
     * Returns the texts of examples in their order.
     *
     * @throws IllegalArgumentException if an example has no text
     */
    public static <T extends Output<T>> List<String> texts(Iterable<Example<T>> examples) {
        List<String> texts = new ArrayList<>();
        examples.forEach(example -> texts.add(text(example)));
        return texts;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "TextFeatureExtractor");
    }

    @Override
    public String toString() {
        return "TextExampleExtractor(lexicalFeatures=" + lexicalFeatures + ")";
    }
}
