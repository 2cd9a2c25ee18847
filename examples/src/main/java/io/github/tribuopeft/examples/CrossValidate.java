package io.github.tribuopeft.examples;

import com.oracle.labs.mlrg.olcut.util.Pair;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.data.TextFileSource;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.minilm.MiniLm;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.evaluation.LabelEvaluation;
import org.tribuo.classification.evaluation.LabelEvaluator;
import org.tribuo.evaluation.CrossValidation;

/** Cross-validation of Tribuo with LoRA. Each fold holds out a tenth of its training part to choose the epoch. */
public final class CrossValidate {

    private CrossValidate() {}

    /**
     * Runs the example.
     *
     * @param arguments a .tsv, .csv or .jsonl file with the columns label and text; the number of folds; the number of
     *     epochs
     */
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments.length > 0 ? arguments[0] : "examples/data/requests/train.tsv");
        int folds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        int epochs = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
        MutableDataset<Label> data = new MutableDataset<>(new TextFileSource<>(file, new LabelFactory()));
        PeftTrainer<Label> trainer = PeftTrainer.builder(new LabelHead())
                .backbone(new MiniLm())
                .method(new LoRA())
                .options(TrainingOptions.builder().epochs(epochs).build())
                .build();

        List<Pair<LabelEvaluation, Model<Label>>> results =
                new CrossValidation<>(trainer, data, new LabelEvaluator(), folds, 1L).evaluate();
        for (Pair<LabelEvaluation, Model<Label>> fold : results) {
            System.out.println("accuracy of a fold: " + fold.getA().accuracy());
            ((PeftModel<Label>) fold.getB()).close(); // CrossValidation closes no models
        }
        System.out.println("mean accuracy:      "
                + results.stream()
                        .mapToDouble(fold -> fold.getA().accuracy())
                        .average()
                        .orElseThrow());
    }
}
