package io.github.tribuopeft.cli;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PrototypeTrainer;
import io.github.tribuopeft.ProvenanceFile;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.evaluation.comparison.TrainableCandidate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.tribuo.Dataset;
import org.tribuo.Model;
import org.tribuo.classification.Label;

/**
 * Nearest prototypes in a comparison: those of the training examples, or those of descriptions of the labels.
 *
 * @param candidate its name, kind and settings
 * @param trainers creates a trainer
 * @param examples returns the examples of the prototypes, given the training data
 */
record PrototypeCandidate(
        Candidate candidate, Supplier<PrototypeTrainer> trainers, UnaryOperator<Dataset<Label>> examples)
        implements TrainableCandidate<Dataset<Label>, Model<Label>> {

    private static final String KIND = "weights or head";

    /** Creates the candidate whose prototypes are those of the training examples. */
    static PrototypeCandidate ofExamples(Supplier<PrototypeTrainer> trainers) {
        return new PrototypeCandidate(
                new Candidate("prototypes", KIND, trainers.get().toString()), trainers, data -> data);
    }

    /** Creates the candidate whose prototypes are those of descriptions of the labels. It reads no training text. */
    static PrototypeCandidate ofDescriptions(Supplier<PrototypeTrainer> trainers, Dataset<Label> descriptions) {
        String texts = String.join(" | ", TextExampleExtractor.texts(descriptions));
        return new PrototypeCandidate(
                new Candidate("zero-shot", KIND, trainers.get() + ", descriptions: " + texts),
                trainers,
                data -> descriptions);
    }

    @Override
    public String configuration(long seed) {
        return candidate.settings() + " " + trainers.get().getProvenance();
    }

    @Override
    public Trained<Model<Label>> train(Dataset<Label> training, Dataset<Label> development, long seed) {
        PeftModel<Label> model = trainers.get().train(examples.apply(training));
        return new Trained<>(
                model,
                0,
                model.headParameters(),
                List.of(),
                Optional.of(ProvenanceFile.json(model.getProvenance())),
                model::close);
    }
}
