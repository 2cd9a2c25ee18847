package io.github.tribuopeft.cli;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.data.Whitespace;
import io.github.tribuopeft.head.MultiLabelHead;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.tribuo.Dataset;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.multilabel.MultiLabel;
import org.tribuo.multilabel.MultiLabelFactory;
import org.tribuo.multilabel.evaluation.MultiLabelEvaluator;

/** Multi-label classification: any number of labels for each text. Commas separate the labels in data files. */
final class MultiLabelTask extends TextTask<MultiLabel> {

    MultiLabelTask() {
        super(MultiLabel.class, new MultiLabelFactory(), MultiLabelHead.class);
    }

    @Override
    Optional<String> mismatch(String cell, Collection<String> known) {
        return unknown(labels(cell), known);
    }

    /** Returns the labels in a cell of the label column, as {@link MultiLabel#parseString} does. */
    private static List<String> labels(String cell) {
        return Arrays.stream(cell.split(","))
                .map(element -> Whitespace.trim(element.replaceFirst("=.*", "")))
                .filter(label -> !label.isEmpty())
                .toList();
    }

    @Override
    public TaskResults test(PeftModel<MultiLabel> model, Dataset<MultiLabel> data) {
        return new MultiLabelResults(outputs(model), new MultiLabelEvaluator().evaluate(model, data));
    }

    @Override
    Map<String, Object> describe(Prediction<MultiLabel> prediction) {
        SortedSet<String> labels = new TreeSet<>(prediction.getOutput().getNameSet());
        Map<String, Double> scores = new LinkedHashMap<>();
        prediction
                .getOutputScores()
                .forEach((name, label) ->
                        scores.put(name, label.getLabelScore(new Label(name)).orElseThrow()));
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("labels", labels);
        description.put("scores", scores);
        return description;
    }
}
