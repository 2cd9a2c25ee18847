package io.github.tribuopeft.head;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;

/** Predicts the label of the largest softmax probability. */
final class LabelPredictor implements OutputPredictor<Label> {

    @Override
    public boolean generatesProbabilities() {
        return true;
    }

    @Override
    public double[] scores(float[] logits) {
        return OutputScores.softmax(logits);
    }

    @Override
    public Prediction<Label> predict(
            float[] logits, ImmutableOutputInfo<Label> outputs, Example<Label> example, int used) {
        double[] scores = scores(logits);
        Map<String, Label> labels = new LinkedHashMap<>();
        for (int id = 0; id < scores.length; id++) {
            String name = outputs.getOutput(id).getLabel();
            labels.put(name, new Label(name, scores[id]));
        }
        String best = outputs.getOutput(OutputScores.best(scores)).getLabel();
        return new Prediction<>(labels.get(best), labels, used, example, true);
    }
}
