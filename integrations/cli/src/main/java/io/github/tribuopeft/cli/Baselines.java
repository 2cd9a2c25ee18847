package io.github.tribuopeft.cli;

import com.oracle.labs.mlrg.olcut.util.Pair;
import io.github.tribuopeft.evaluation.comparison.TestItem;
import io.github.tribuopeft.evaluation.report.Evaluation.Baseline;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tribuo.OutputInfo;

/** Baselines that predict the same for every text, from the outputs of the training data. */
final class Baselines {

    private Baselines() {}

    /** Returns the baseline that predicts the same outputs for every item. */
    static Baseline constant(String name, List<String> outputs, List<TestItem> items) {
        return new Baseline(name, Collections.nCopies(items.size(), outputs));
    }

    /**
     * Returns the number of training examples of each output.
     *
     * @return counts by name; empty if they are unknown, as in models that were imported
     */
    static Map<String, Long> counts(OutputInfo<?> outputs) {
        Map<String, Long> counts = new TreeMap<>();
        for (Pair<String, Long> output : outputs.outputCountsIterable()) {
            counts.put(output.getA(), output.getB());
        }
        return counts.values().stream().allMatch(count -> count <= 1) ? Map.of() : counts;
    }

    /** Counts the gold outputs of a test set. */
    static Map<String, Long> counts(List<TestItem> items) {
        Map<String, Long> counts = new TreeMap<>();
        items.forEach(item -> item.gold().forEach(output -> counts.merge(output, 1L, Long::sum)));
        return counts;
    }
}
