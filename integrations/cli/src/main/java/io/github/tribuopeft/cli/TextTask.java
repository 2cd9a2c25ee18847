package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.evaluation.comparison.Benchmark;
import io.github.tribuopeft.evaluation.comparison.TrainableCandidate;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.serving.PredictionFields;
import io.github.tribuopeft.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.tribuo.Dataset;
import org.tribuo.Model;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.OutputInfo;
import org.tribuo.Prediction;

/**
 * Task with one output for each text.
 *
 * @param <T> the type of output
 */
abstract class TextTask<T extends Output<T>> implements TaskDefinition<Dataset<T>, PeftModel<T>>, ComparableTask {

    /** Number of epochs of Tribuo's own models. */
    static final int BASELINE_EPOCHS = 10;

    private final Class<T> output;
    private final OutputFactory<T> factory;
    private final TaskComponents components;

    /**
     * Creates a task.
     *
     * @param output the type of output
     * @param factory parses the outputs in data files
     * @param head the default head
     */
    TextTask(Class<T> output, OutputFactory<T> factory, Class<? extends OutputHead<T>> head) {
        this.output = output;
        this.factory = factory;
        this.components = new TaskComponents(PeftTrainer.class, Map.of("head", head));
    }

    @Override
    public final TaskComponents components() {
        return components;
    }

    @Override
    @SuppressWarnings("unchecked") // the trainer checks that its head has the type of the data's outputs
    public final TaskTrainer<Dataset<T>, PeftModel<T>> trainer(
            TrainerConfiguration configuration, TrainingListener listener) {
        PeftTrainer<T> trainer = (PeftTrainer<T>) configuration.trainer(PeftTrainer.class);
        trainer.setListener(listener);
        return new TaskTrainer<>(
                trainer::train,
                trainer::train,
                trainer::setCheckpoints,
                () -> trainer.getProvenance().toString(),
                trainer.toString());
    }

    @Override
    @SuppressWarnings("unchecked") // validate compares the types
    public final Optional<PeftModel<T>> cast(AdaptedModel model) {
        return Stream.of(model)
                .filter(PeftModel.class::isInstance)
                .map(text -> (PeftModel<T>) text)
                .filter(text -> text.validate(output))
                .findFirst();
    }

    @Override
    public final Dataset<T> read(DataOptions options, Path file) throws IOException {
        return read(options, file, new TextExampleExtractor<>());
    }

    /** Reads a data file; the examples also have words and pairs of words as features, for Tribuo's own models. */
    final Dataset<T> readWithWords(DataOptions options, Path file) throws IOException {
        return read(options, file, TextExampleExtractor.withWords());
    }

    /** Reads a data file. */
    Dataset<T> read(DataOptions options, Path file, TextExampleExtractor<T> extractor) throws IOException {
        return options.readTexts(file, factory, extractor);
    }

    @Override
    public final SortedSet<String> outputs(PeftModel<T> model) {
        return new TreeSet<>(model.labels());
    }

    @Override
    public final void requireKnownOutputs(DataOptions options, Path file, Collection<String> known) throws IOException {
        options.requireLabels(file, cell -> mismatch(cell, known));
    }

    /**
     * Compares a cell of the label column with the outputs of the training data.
     *
     * @param known names of the outputs in the training data
     * @return the reason why the cell does not match; empty if it matches
     */
    abstract Optional<String> mismatch(String cell, Collection<String> known);

    /** Returns the reason why some of the labels are unknown; empty if all are known. */
    static Optional<String> unknown(Collection<String> labels, Collection<String> known) {
        return labels.stream()
                .filter(label -> !known.contains(label))
                .findFirst()
                .map(label -> "label '" + label + "' does not occur in the training data; expected one of "
                        + new TreeSet<>(known));
    }

    @Override
    public final void warmUp(PeftModel<T> model, Dataset<T> data) {
        model.predict(data.getExample(0));
    }

    @Override
    public final List<Map<String, Object>> predict(PeftModel<T> model, List<String> texts) {
        List<Prediction<T>> predictions = model.predictAll(texts);
        List<Map<String, Object>> objects = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("text", texts.get(i));
            object.putAll(PredictionFields.of(predictions.get(i)));
            objects.add(object);
        }
        return objects;
    }

    @Override
    public final Optional<ComparableTask> comparable() {
        return Optional.of(this);
    }

    @Override
    public final ComparisonSetup<Dataset<T>, Model<T>> setup(
            Candidates candidates, ComparisonFiles files, TrainingListener listener) throws IOException {
        Dataset<T> training = readWithWords(files.options(), files.training());
        Dataset<T> development = files.readDevelopment(this::readWithWords);
        files.requireKnownOutputs(this, names(training.getOutputInfo()));
        Dataset<T> test = readWithWords(files.options(), files.test());
        return new ComparisonSetup<>(
                benchmark(training, development, test), candidates.of(this, model -> model, baselines(), listener));
    }

    /** Returns the names of labels or dimensions. */
    private static SortedSet<String> names(OutputInfo<?> outputs) {
        SortedSet<String> names = new TreeSet<>();
        outputs.outputCountsIterable().forEach(output -> names.add(output.getA()));
        return names;
    }

    /** Creates the benchmark of a comparison; the development set may be null. */
    abstract Benchmark<Dataset<T>, Model<T>> benchmark(Dataset<T> training, Dataset<T> development, Dataset<T> test);

    /** Returns trainers of Tribuo to compare with. */
    abstract List<TrainableCandidate<Dataset<T>, Model<T>>> baselines();
}
