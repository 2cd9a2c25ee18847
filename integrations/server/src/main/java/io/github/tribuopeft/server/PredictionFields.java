package io.github.tribuopeft.server;

import io.github.tribuopeft.Entity;
import io.github.tribuopeft.TaggedText;
import io.github.tribuopeft.data.WordSplitter.Word;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.multilabel.MultiLabel;
import org.tribuo.regression.Regressor;

/** Fields of predictions in JSON, with the names that {@code peft predict} uses. */
final class PredictionFields {

    private PredictionFields() {}

    /**
     * Returns the fields of a prediction for a text.
     *
     * @throws IllegalArgumentException if its output has another type than label, labels or numbers
     */
    static Map<String, Object> of(Prediction<?> prediction) {
        Map<String, Object> fields = new LinkedHashMap<>();
        Object output = prediction.getOutput();
        if (output instanceof Label label) {
            fields.put("label", label.getLabel());
            Map<String, Double> scores = new LinkedHashMap<>();
            prediction.getOutputScores().forEach((name, score) -> scores.put(name, ((Label) score).getScore()));
            fields.put("scores", scores);
        } else if (output instanceof MultiLabel labels) {
            fields.put("labels", new TreeSet<>(labels.getNameSet()));
            Map<String, Double> scores = new LinkedHashMap<>();
            prediction
                    .getOutputScores()
                    .forEach((name, score) -> scores.put(
                            name,
                            ((MultiLabel) score).getLabelScore(new Label(name)).orElseThrow()));
            fields.put("scores", scores);
        } else if (output instanceof Regressor numbers) {
            Map<String, Double> values = new TreeMap<>();
            numbers.forEach(dimension -> values.put(dimension.getName(), dimension.getValue()));
            fields.put("values", values);
        } else {
            throw new IllegalArgumentException("Predictions of " + output.getClass() + " have no form in JSON");
        }
        return fields;
    }

    /** Returns the fields of a tagged text. */
    static Map<String, Object> of(TaggedText tagged) {
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
