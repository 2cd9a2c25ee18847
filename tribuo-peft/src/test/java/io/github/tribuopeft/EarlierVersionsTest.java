package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.data.WordExamples;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.training.TrainingControl;
import io.github.tribuopeft.training.TrainingListener;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.Dataset;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.sequence.MutableSequenceDataset;

/**
 * Model files and checkpoints of every format load and give the same predictions as before. The files of format 0 were
 * written by {@link #main} on 2026-11-24 and {@link #writeCheckpoint} on 2026-11-26, and are never written again; a
 * later format gets additional files.
 */
class EarlierVersionsTest {

    /** With these settings, the training run of the checkpoint computes what it computed in its own version. */
    private static final Set<String> CHANGED = Set.of("options.frozenStates", "options.microBatch");

    private static final String CLASSIFIER = "classifier-0.tribuo";
    private static final String TAGGER = "tagger-0.tribuo";
    private static final String CHECKPOINT = "checkpoint-0.checkpoint";

    private static final Dataset<Label> OPINIONS = Fixtures.opinions(24);
    private static final int STEPS = 6;
    private static final int STOPPED_AFTER = 4;
    private static final String CHECKPOINT_NAME = "step-00000004.checkpoint";

    private static Path file(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(EarlierVersionsTest.class.getResource(name))
                .toURI());
    }

    @Test
    void classifierOfFormat0() throws IOException, URISyntaxException {
        try (PeftModel<?> loaded = PeftModel.load(file(CLASSIFIER))) {
            Model<Label> model = loaded.castModel(Label.class);
            Prediction<Label> prediction =
                    model.predict(new TextExampleExtractor<Label>().extract(LabelFactory.UNKNOWN_LABEL, "a fine film"));
            assertThat(prediction.getOutputScores().get("good").getScore()).isCloseTo(0.58653, within(1e-5));
        }
    }

    @Test
    void taggerOfFormat0() throws IOException, URISyntaxException {
        try (PeftSequenceModel model = PeftSequenceModel.load(file(TAGGER))) {
            List<Prediction<Label>> predictions =
                    model.predict(WordExamples.of(List.of("the", "city"), LabelFactory.UNKNOWN_LABEL));
            assertThat(predictions.get(1).getOutputScores().get("B-PLACE").getScore())
                    .isCloseTo(0.53199, within(1e-5));
        }
    }

    /**
     * A checkpoint resumes to the model of a training run that was never stopped. Only the versions in it are replaced,
     * and the settings that did not exist or had another default: a training run of other versions or settings is
     * refused, because it may compute other bits.
     */
    @Test
    void checkpointOfFormat0(@TempDir Path folder) throws IOException, URISyntaxException {
        CheckpointFile read = CheckpointFile.read(file(CHECKPOINT));
        assertThat(read.snapshot().steps()).as("in the second epoch").isEqualTo(STOPPED_AFTER - STEPS / 2);
        assertThat(read.snapshot().epochs()).hasSize(1);

        CheckpointPolicy policy = CheckpointPolicy.in(Files.createDirectory(folder.resolve("run")));
        Map<String, String> settings = new TreeMap<>(read.identity().settings());
        settings.putAll(changedSettings(folder));
        new CheckpointFile(new RunIdentity(settings, read.identity().data()), read.snapshot())
                .write(policy.directory().resolve(CHECKPOINT_NAME));
        AtomicLong steps = new AtomicLong();
        TrainingListener counter = new TrainingListener() {
            @Override
            public void onStep(TrainingStep step) {
                steps.incrementAndGet();
            }
        };
        try (PeftModel<Label> whole = stoppable().build().train(OPINIONS);
                PeftModel<Label> resumed = stoppable()
                        .listener(counter)
                        .checkpoints(policy.resume())
                        .build()
                        .train(OPINIONS)) {
            assertThat(steps.get()).isEqualTo(STEPS - STOPPED_AFTER);
            assertThat(Fixtures.scores(resumed, OPINIONS))
                    .containsExactly(Fixtures.scores(whole, OPINIONS), within(1e-4));
        }
    }

    /** Returns the versions and changed settings in the checkpoints of this version by name. */
    private static Map<String, String> changedSettings(Path folder) throws IOException {
        return stopped(CheckpointPolicy.in(folder.resolve("versions"))).identity().settings().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("-version") || CHANGED.contains(entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static PeftTrainer.Builder<Label> stoppable() {
        return Fixtures.trainer(LoRA.builder().rank(2).dropout(0.3).build())
                .options(Fixtures.options().epochs(2).keepState().build());
    }

    /** Returns the checkpoint of a training run that was stopped in its second epoch. */
    private static CheckpointFile stopped(CheckpointPolicy policy) throws IOException {
        TrainingListener stop = new TrainingListener() {
            private TrainingControl control;

            @Override
            public void onStart(TrainingStart start, TrainingControl ofRun) {
                control = ofRun;
            }

            @Override
            public void onStep(TrainingStep step) {
                if (control.steps() == STOPPED_AFTER) {
                    control.stop();
                }
            }
        };
        stoppable().listener(stop).checkpoints(policy).build().train(OPINIONS).close();
        return CheckpointFile.read(policy.directory().resolve(CHECKPOINT_NAME));
    }

    /** Writes the checkpoint of this format, if there is none. {@code -Pfixtures} runs it. */
    @Test
    @Tag("fixtures")
    void writeCheckpoint(@TempDir Path folder) throws IOException {
        Path target = Path.of("src/test/resources/io/github/tribuopeft", CHECKPOINT);
        assumeFalse(Files.exists(target), "skipped: there is a checkpoint of this format");
        stopped(CheckpointPolicy.in(folder.resolve("run"))).write(target);
    }

    /** Writes the files into a folder and prints the predictions of their models. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        SimpleDataSourceProvenance source = new SimpleDataSourceProvenance("written by hand", new LabelFactory());
        TrainingOptions options = TrainingOptions.builder()
                .epochs(4)
                .batchSize(2)
                .headLearningRate(1e-2)
                .build();
        PrefixTuning method = PrefixTuning.builder().virtualTokens(2).build();

        MutableDataset<Label> texts = new MutableDataset<>(source, new LabelFactory());
        TextExampleExtractor<Label> extractor = new TextExampleExtractor<>();
        for (String film : List.of("film", "book", "song")) {
            texts.add(extractor.extract(new Label("good"), "a fine " + film));
            texts.add(extractor.extract(new Label("bad"), "an awful " + film));
        }
        try (PeftModel<Label> model = PeftTrainer.builder(new LabelHead())
                .backbone(new TinyBert())
                .method(method)
                .options(options)
                .build()
                .train(texts)) {
            model.serializeToFile(folder.resolve(CLASSIFIER));
            System.out.println(model.predict(extractor.extract(LabelFactory.UNKNOWN_LABEL, "a fine film"))
                    .getOutputScores());
        }

        MutableSequenceDataset<Label> sentences = new MutableSequenceDataset<>(source, new LabelFactory());
        for (String place : List.of("city", "river", "mountain")) {
            sentences.add(WordExamples.of(List.of("the", place), List.of(new Label("O"), new Label("B-PLACE"))));
        }
        try (PeftSequenceModel model = PeftSequenceTrainer.builder()
                .backbone(new TinyBert())
                .method(method)
                .options(options)
                .build()
                .train(sentences)) {
            model.serializeToFile(folder.resolve(TAGGER));
            System.out.println(model.predict(WordExamples.of(List.of("the", "city"), LabelFactory.UNKNOWN_LABEL))
                    .get(1)
                    .getOutputScores());
        }
    }
}
