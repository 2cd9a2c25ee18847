package io.github.tribuopeft.examples;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.data.TextFileSource;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.minilm.MiniLm;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.ensemble.VotingCombiner;
import org.tribuo.classification.evaluation.LabelEvaluator;
import org.tribuo.ensemble.WeightedEnsembleModel;

/**
 * Ensemble of soft prompts (Lester et al. 2021, section 6): prompts that were trained with different seeds vote. They
 * share one backbone in memory, so each further prompt adds some kilobytes.
 */
public final class PromptEnsemble {

    private PromptEnsemble() {}

    /**
     * Runs the example.
     *
     * @param arguments the directory with train.tsv, dev.tsv and test.tsv; the number of prompts; the number of epochs
     */
    public static void main(String[] arguments) throws IOException {
        Path data = Path.of(arguments.length > 0 ? arguments[0] : "examples/data/requests");
        int prompts = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        int epochs = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 10;
        MutableDataset<Label> train = read(data.resolve("train.tsv"));
        MutableDataset<Label> development = read(data.resolve("dev.tsv"));
        MutableDataset<Label> test = read(data.resolve("test.tsv"));
        LabelEvaluator evaluator = new LabelEvaluator();

        List<PeftModel<Label>> members = new ArrayList<>();
        try {
            for (int seed = 1; seed <= prompts; seed++) {
                PeftTrainer<Label> trainer = PeftTrainer.builder(new LabelHead())
                        .backbone(new MiniLm())
                        .method(new PromptTuning())
                        .options(TrainingOptions.builder().epochs(epochs).build())
                        .seed(seed)
                        .build();
                PeftModel<Label> member = trainer.train(train, development);
                members.add(member);
                System.out.println("accuracy of prompt " + seed + ": "
                        + evaluator.evaluate(member, test).accuracy());
            }
            WeightedEnsembleModel<Label> ensemble = WeightedEnsembleModel.createEnsembleFromExistingModels(
                    "prompts", new ArrayList<Model<Label>>(members), new VotingCombiner());
            System.out.println("accuracy of the vote: "
                    + evaluator.evaluate(ensemble, test).accuracy());
        } finally {
            members.forEach(PeftModel::close); // an ensemble closes no members
        }
    }

    private static MutableDataset<Label> read(Path file) throws IOException {
        return new MutableDataset<>(new TextFileSource<>(file, new LabelFactory()));
    }
}
