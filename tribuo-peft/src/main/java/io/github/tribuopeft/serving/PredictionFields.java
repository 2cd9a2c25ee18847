package io.github.tribuopeft.serving;

import io.github.tribuopeft.Entity;
import io.github.tribuopeft.TaggedText;
import io.github.tribuopeft.data.WordSplitter.Word;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.multilabel.MultiLabel;
import org.tribuo.regression.Regressor;

/**
 * Fields of predictions in JSON, the same on the command line and in HTTP answers. The maps can be changed.
 *
 * <table>
 * <caption>Fields by type of output</caption>
 * <tr><th>output</th><th>fields</th></tr>
 * <tr><td>{@link Label}</td><td>{@code label}; {@code scores}: the probability of each label</td></tr>
 * <tr><td>{@link MultiLabel}</td><td>{@code labels}, sorted; {@code scores}: the probability of each label</td></tr>
 * <tr><td>{@link Regressor}</td><td>{@code value} of a number without a name, otherwise {@code values} by name</td></tr>
 * <tr><td>{@link TaggedText}</td><td>{@code tokens}; {@code tags}; {@code entities} with {@code type}, {@code start} and
 * {@code end} (words, end exclusive), {@code text}, {@code score}, {@code charStart} and {@code charEnd}</td></tr>
 * </table>
 */
public final class PredictionFields {

    /** Name that Tribuo gives to the only dimension of a number without a name. */
    private static final String UNNAMED = Regressor.DEFAULT_NAME + "-0";

    private PredictionFields() {}

    /**
     * Returns the fields of a prediction for a text.
     *
     * @throws IllegalArgumentException if its output is not a {@link Label}, {@link MultiLabel} or {@link Regressor}
     */
    public static Map<String, Object> of(Prediction<?> prediction) {
        Object output = prediction.getOutput();
        Map<String, Object> fields = new LinkedHashMap<>();
        if (output instanceof Label label) {
            fields.put("label", label.getLabel());
            fields.put("scores", probabilities(prediction));
        } else if (output instanceof MultiLabel labels) {
            fields.put("labels", new TreeSet<>(labels.getNameSet()));
            fields.put("scores", probabilities(prediction));
        } else if (output instanceof Regressor numbers) {
            putNumbers(fields, numbers);
        } else {
            throw new IllegalArgumentException("Expected a prediction of a label, labels or numbers, but this one is a "
                    + output.getClass().getSimpleName());
        }
        return fields;
    }

    /** Returns the probability of each label of a {@link Label} or {@link MultiLabel} prediction. */
    public static Map<String, Double> probabilities(Prediction<?> prediction) {
        Map<String, Double> probabilities = new LinkedHashMap<>();
        prediction.getOutputScores().forEach((name, output) -> probabilities.put(name, probability(name, output)));
        return probabilities;
    }

    private static double probability(String name, Object output) {
        return output instanceof MultiLabel labels
                ? labels.getLabelScore(new Label(name)).orElseThrow()
                : ((Label) output).getScore();
    }

    private static void putNumbers(Map<String, Object> fields, Regressor numbers) {
        Map<String, Double> values = new LinkedHashMap<>();
        numbers.forEach(dimension -> values.put(dimension.getName(), dimension.getValue()));
        if (values.keySet().equals(Set.of(UNNAMED))) {
            fields.put("value", values.get(UNNAMED));
        } else {
            fields.put("values", values);
        }
    }

    /** Returns the fields of a tagged text. */
    public static Map<String, Object> of(TaggedText tagged) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("tokens", tagged.words().stream().map(Word::text).toList());
        fields.put("tags", tagged.tags());
        fields.put(
                "entities", tagged.entities().stream().map(PredictionFields::of).toList());
        return fields;
    }

    private static Map<String, Object> of(Entity entity) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", entity.type());
        fields.put("start", entity.firstWord());
        fields.put("end", entity.endWord());
        fields.put("text", entity.text());
        fields.put("score", entity.score());
        fields.put("charStart", entity.begin());
        fields.put("charEnd", entity.end());
        return fields;
    }
}
