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
import org.tribuo.util.tokens.impl.BreakIteratorTokenizer;

/**
 * Makes an example that carries its text: in metadata under {@value #TEXT}, with one feature that is always present. With a pipeline of
 * lexical features the same dataset also trains Tribuo's linear models.
 *
 * @param <T> the output type
 */
public final class TextExampleExtractor<T extends Output<T>> implements TextFeatureExtractor<T> {

    /** Key of the text in an example's metadata. */
    public static final String TEXT = "text";

    @Config(description = "Makes features for Tribuo's own models beside the text; none by default.")
    private TextPipeline lexicalFeatures;

    /** The text and nothing else: what tuned transformers need. */
    public TextExampleExtractor() {}

    /** The text, and features of it. */
    public TextExampleExtractor(TextPipeline lexicalFeatures) {
        this.lexicalFeatures = lexicalFeatures;
    }

    /** The text, its words and its pairs of words, for linear models. */
    public static <T extends Output<T>> TextExampleExtractor<T> withWords() {
        return new TextExampleExtractor<>(new TokenPipeline(new BreakIteratorTokenizer(Locale.US), 2, true));
    }

    @Override
    public Example<T> extract(T output, String text) {
        List<Feature> features = new ArrayList<>();
        features.add(new Feature(Model.BIAS_FEATURE, 1.0));
        if (lexicalFeatures != null) {
            features.addAll(lexicalFeatures.process("", text));
        }
        return new ArrayExample<>( // of exactly this size: there may be millions
                output,
                features.stream().map(Feature::getName).toArray(String[]::new),
                features.stream().mapToDouble(Feature::getValue).toArray(),
                Map.of(TEXT, text));
    }

    /**
     * The text that an example carries.
     *
     * @throws IllegalArgumentException if it carries none
     */
    public static String text(Example<?> example) {
        Object text = example.getMetadataValue(TEXT).orElse(null);
        if (!(text instanceof String)) {
            throw new IllegalArgumentException("An example with output " + example.getOutput() + " carries "
                    + (text == null ? "no text" : "a " + text.getClass().getName() + " instead of a text")
                    + ": its metadata needs a String under '" + TEXT
                    + "'. Make examples with TextExampleExtractor, or with a RowProcessor whose metadata extractors keep the"
                    + " text; MinimumCardinalityDataset and copies from features alone lose it");
        }
        return (String) text;
    }

    /**
     * The texts that examples carry, in their order.
     *
     * @throws IllegalArgumentException if one carries none
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
