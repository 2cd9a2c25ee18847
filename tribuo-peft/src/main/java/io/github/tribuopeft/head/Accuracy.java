package io.github.tribuopeft.head;

import java.util.List;

/** Fraction of rows whose largest logit is that of the target's id. */
final class Accuracy implements HeadMetric {

    @Override
    public String name() {
        return "accuracy";
    }

    @Override
    public double score(List<float[]> logits, List<float[]> targets) {
        int correct = 0;
        for (int row = 0; row < logits.size(); row++) {
            correct += OutputScores.best(OutputScores.softmax(logits.get(row))) == (int) targets.get(row)[0] ? 1 : 0;
        }
        return correct / (double) logits.size();
    }
}
