package io.github.tribuopeft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.util.Pair;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.PeftSequenceTrainer;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.ProvenanceFile;
import io.github.tribuopeft.TrainingFacts;
import io.github.tribuopeft.data.ConllSequenceSource;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.data.TextFileSource;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.evaluation.SequenceCrossValidation;
import io.github.tribuopeft.evaluation.SpanEvaluation;
import io.github.tribuopeft.evaluation.SpanEvaluator;
import io.github.tribuopeft.evaluation.StratifiedSequenceSplitter;
import io.github.tribuopeft.evaluation.StratifiedSplitter;
import io.github.tribuopeft.evaluation.reproduction.RecordedData;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.huggingface.HuggingFaceDirectory;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.reproduction.ProvenanceDifference;
import io.github.tribuopeft.reproduction.Reproducer;
import io.github.tribuopeft.reproduction.Reproduction;
import io.github.tribuopeft.reproduction.ReproductionException;
import io.github.tribuopeft.reproduction.Verdict;
import io.github.tribuopeft.testing.TinyBertDirectory;
import io.github.tribuopeft.training.TrainingControl;
import io.github.tribuopeft.training.TrainingListener;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.Dataset;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.evaluation.LabelEvaluation;
import org.tribuo.classification.evaluation.LabelEvaluator;
import org.tribuo.dataset.DatasetView;
import org.tribuo.datasource.ListDataSource;
import org.tribuo.evaluation.CrossValidation;
import org.tribuo.evaluation.TrainTestSplitter;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.sequence.MutableSequenceDataset;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceModel;

/** Models that were trained on parts of the data are reproduced from their provenance. */
class ReproducerTest {

    private static final TrainingOptions OPTIONS =
            TrainingOptions.builder().epochs(2).batchSize(4).build();

    @TempDir
    private Path folder;

    private Path backbone;
    private TextFileSource<Label> source;
    private SequenceDataset<Label> sentences;

    @BeforeEach
    void files() throws IOException {
        backbone = TinyBertDirectory.write(folder.resolve("tiny"));
        source = new TextFileSource<>(ReproduceTest.data(Task.CLASSIFICATION, folder), new LabelFactory());
        sentences = new MutableSequenceDataset<>(new ConllSequenceSource(ReproduceTest.data(Task.NER, folder)));
    }

    private PeftTrainer<Label> trainer() {
        return PeftTrainer.builder(new LabelHead())
                .backbone(new HuggingFaceDirectory(backbone))
                .method(PrefixTuning.builder().virtualTokens(2).build())
                .options(OPTIONS)
                .device("cpu")
                .build();
    }

    private static Reproducer reproducer() {
        RecordedData data = RecordedData.builder()
                .allow(TextFileSource.class, TextExampleExtractor.class, ConllSequenceSource.class)
                .build();
        return Reproducer.builder(data::dataset, data::sequences).build();
    }

    /** Reproduces a model, and again from its provenance in a JSON file alone. */
    private void assertIdentical(AdaptedModel model) throws IOException {
        try (model;
                Reproduction reproduction = reproducer().reproduce(model)) {
            assertThat(reproduction.verdict()).as(reproduction.toString()).isEqualTo(Verdict.IDENTICAL);
            assertThat(reproduction.provenanceDifferences()).isEmpty();
        }
        Path record = folder.resolve("record.json");
        ProvenanceFile.write(record, model.getProvenance());
        assertThat(ProvenanceFile.read(record)).isEqualTo(model.getProvenance());
        try (Reproduction reproduction = reproducer().reproduce(ProvenanceFile.read(record))) {
            assertThat(reproduction.verdict()).as(reproduction.toString()).isEqualTo(Verdict.IDENTICAL);
        }
    }

    @Test
    void splitsOfTribuo() throws IOException {
        TrainTestSplitter<Label> splitter = new TrainTestSplitter<>(source, 0.5, 3);
        assertIdentical(
                trainer().train(new MutableDataset<>(splitter.getTrain()), new MutableDataset<>(splitter.getTest())));
    }

    @Test
    void thirdInvocation() throws IOException {
        PeftTrainer<Label> trainer = trainer();
        trainer.setInvocationCount(2);
        assertIdentical(trainer.train(new MutableDataset<>(source)));
    }

    /** A run that was stopped is stopped again: inside an epoch, at its last step, and after its development metric. */
    @Test
    void stoppedRuns() throws IOException {
        int stepsPerEpoch = 4;
        for (int steps = 1; steps <= 2 * stepsPerEpoch; steps++) {
            for (boolean afterEpoch : new boolean[] {false, true}) {
                if (afterEpoch && steps % stepsPerEpoch != 0) {
                    continue;
                }
                PeftTrainer<Label> trainer = trainer();
                trainer.setListener(new StopAfter(steps, afterEpoch));
                PeftModel<Label> model = trainer.train(new MutableDataset<>(source), new MutableDataset<>(source));
                if (steps < 2 * stepsPerEpoch) {
                    assertThat(model.getProvenance().toString()).contains(PeftTrainer.STOPPED);
                }
                assertIdentical(model);
            }
        }
    }

    /** Stops a run after a step, or after the epoch that ends with it. */
    private static final class StopAfter implements TrainingListener {
        private final int steps;
        private final boolean afterEpoch;
        private TrainingControl control;

        StopAfter(int steps, boolean afterEpoch) {
            this.steps = steps;
            this.afterEpoch = afterEpoch;
        }

        @Override
        public void onStart(TrainingStart start, TrainingControl ofRun) {
            assertThat(start.stepsPerEpoch()).isEqualTo(4);
            control = ofRun;
        }

        @Override
        public void onStep(TrainingStep step) {
            if (step.step() == steps && !afterEpoch) {
                control.stop();
            }
        }

        @Override
        public void onEpoch(TrainingEpoch epoch) {
            if (control.steps() == steps && afterEpoch) {
                control.stop();
            }
        }
    }

    @Test
    void foldsOfTribuo() throws IOException {
        List<Pair<LabelEvaluation, org.tribuo.Model<Label>>> folds =
                new CrossValidation<>(trainer(), new MutableDataset<>(source), new LabelEvaluator(), 3).evaluate();
        for (Pair<LabelEvaluation, org.tribuo.Model<Label>> fold : folds) {
            assertIdentical((PeftModel<Label>) fold.getB());
        }
    }

    @Test
    void stratifiedSplitsFoldsAndSamples() throws IOException {
        Dataset<Label> all = new MutableDataset<>(source);
        StratifiedSplitter<Label> splitter = StratifiedSplitter.ofLabels(5);
        assertIdentical(trainer().train(splitter.split(all, 0.75).test()));
        var folds = splitter.folds(all, 3);
        folds.next();
        assertIdentical(trainer().train(folds.next().train()));
        assertIdentical(trainer().train(splitter.sample(all, 5)));
        assertIdentical(
                trainer().train(splitter.sample(splitter.split(all, 0.75).train(), 7)));
        assertIdentical(trainer().train(DatasetView.createBootstrapView(all, 12, 4)));
    }

    @Test
    void foldsOfTaggers() throws IOException {
        PeftSequenceTrainer trainer = PeftSequenceTrainer.builder()
                .backbone(new HuggingFaceDirectory(backbone))
                .method(new LoRA())
                .options(OPTIONS)
                .device("cpu")
                .build();
        List<Pair<SpanEvaluation, SequenceModel<Label>>> folds = new SequenceCrossValidation<>(
                        trainer, sentences, new SpanEvaluator(), StratifiedSequenceSplitter.ofSpans(2), 2)
                .evaluate();
        for (Pair<SpanEvaluation, SequenceModel<Label>> fold : folds) {
            assertIdentical((PeftSequenceModel) fold.getB());
        }
        assertIdentical(trainer.train(StratifiedSequenceSplitter.ofSpans(2).sample(sentences, 8)));
    }

    @Test
    void mergedModels() throws IOException {
        PeftTrainer<Label> trainer = PeftTrainer.builder(new LabelHead())
                .backbone(new HuggingFaceDirectory(backbone))
                .method(new LoRA())
                .options(OPTIONS)
                .device("cpu")
                .build();
        try (PeftModel<Label> model = trainer.train(new MutableDataset<>(source));
                PeftModel<Label> merged = model.merged();
                Reproduction reproduction = reproducer().reproduce(merged)) {
            assertThat(reproduction.verdict()).as(reproduction.toString()).isEqualTo(Verdict.IDENTICAL);
        }
    }

    @Test
    void datasetsThatWereChangedAreRefused() {
        MutableDataset<Label> shuffled = new MutableDataset<>(source);
        shuffled.shuffle(true);
        try (PeftModel<Label> model = trainer().train(shuffled)) {
            assertThatThrownBy(() -> reproducer().reproduce(model))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("The dataset was changed after it was read");
        }
    }

    @Test
    void viewsWithoutPositionsAreRefused() {
        DatasetView<Label> view = DatasetView.createView(new MutableDataset<>(source), example -> true, "all of it");
        view.setStoreIndices(false);
        try (PeftModel<Label> model = trainer().train(view)) {
            assertThatThrownBy(() -> reproducer().reproduce(model))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'all of it'");
        }
    }

    /** Returns a provenance as an earlier version wrote it, without the facts of the run. */
    private static ModelProvenance earlier(ModelProvenance provenance) {
        Map<String, Provenance> values = TrainingFacts.instanceValues(provenance);
        values.remove(TrainingFacts.KEY);
        return new ModelProvenance(
                provenance.getClassName(),
                provenance.getTrainingTime(),
                provenance.getDatasetProvenance(),
                provenance.getTrainerProvenance(),
                values);
    }

    @Test
    void modelsOfEarlierVersions() {
        try (PeftModel<Label> model = trainer().train(new MutableDataset<>(source));
                PeftModel<Label> second = trainer().train(new MutableDataset<>(source), Map.of(), 1);
                Reproduction same = reproducer().reproduce(earlier(model.getProvenance()), model);
                Reproduction other = reproducer().reproduce(earlier(model.getProvenance()), second)) {
            assertThat(same.verdict()).isEqualTo(Verdict.IDENTICAL);
            assertThat(same.provenanceDifferences()).isEmpty();
            assertThat(other.verdict()).isEqualTo(Verdict.DIFFERENT);
            assertThat(other.reasons()).anyMatch(reason -> reason.contains("written by an earlier version"));
            assertThatThrownBy(() -> reproducer().reproduce(earlier(model.getProvenance())))
                    .isInstanceOf(ReproductionException.class)
                    .hasMessageContaining("earlier version");
        }
    }

    @Test
    void reasonsNameWhatDiffers() {
        int threads = TorchRuntime.operationThreads();
        try (PeftModel<Label> model = trainer().train(new MutableDataset<>(source));
                PeftModel<Label> second = trainer().train(new MutableDataset<>(source), Map.of(), 1)) {
            TorchRuntime.setOperationThreads(threads + 1);
            try (Reproduction reproduction = reproducer().reproduce(model.getProvenance(), second)) {
                assertThat(reproduction.provenanceDifferences())
                        .contains(new ProvenanceDifference("trainer.threads", "" + threads, "" + (threads + 1)));
                assertThat(reproduction.reasons())
                        .anyMatch(reason -> reason.startsWith("Threads: the model was trained with " + threads));
            }
        } finally {
            TorchRuntime.setOperationThreads(threads);
        }
    }

    @Test
    void dataInMemoryIsRefused() {
        MutableDataset<Label> data = new MutableDataset<>(new ListDataSource<>(
                new MutableDataset<>(source).getData(),
                new LabelFactory(),
                new SimpleDataSourceProvenance("by hand", new LabelFactory())));
        try (PeftModel<Label> model = trainer().train(data)) {
            assertThatThrownBy(() -> reproducer().reproduce(model))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not read from a file");
        }
    }

    @Test
    void factsOfTheRun() {
        try (PeftModel<Label> model = trainer().train(new MutableDataset<>(source), new MutableDataset<>(source))) {
            Map<String, PrimitiveProvenance<?>> facts = TrainingFacts.in(model.getProvenance());
            assertThat(facts.get(TrainingFacts.LEARNING_RATE).getValue())
                    .isEqualTo(new PrefixTuning().defaultLearningRate());
            assertThat(facts.get(TrainingFacts.HEAD_LEARNING_RATE).getValue()).isEqualTo(3e-3);
            assertThat(facts.get(TrainingFacts.POOLING).getValue())
                    .isEqualTo(model.state().pooling().name());
            assertThat(facts.get(TrainingFacts.MAX_LENGTH).getValue())
                    .isEqualTo(model.state().maxLength());
            assertThat(facts.get(TrainingFacts.TRAINING_EXAMPLES).getValue()).isEqualTo(16);
            assertThat(facts.get(TrainingFacts.DEVELOPMENT_EXAMPLES).getValue()).isEqualTo(16);
            assertThat(facts.get(TrainingFacts.DEVELOPMENT).getValue()).isEqualTo("given");
            assertThat(facts.get(TrainingFacts.DEVELOPMENT_HASH).getValue())
                    .isEqualTo(facts.get(TrainingFacts.DATA_HASH).getValue());
            assertThat(facts.get(TrainingFacts.PARAMETERS_HASH).getValue())
                    .isEqualTo(model.state().parametersHash());
            assertThat(facts.get(TrainingFacts.INSTRUCTION_SETS).getValue().toString())
                    .isNotEmpty();
        }
    }
}
