package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.head.MultiLabelHead;
import io.github.tribuopeft.head.RegressorHead;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.PTuning;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PromptNetwork;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.training.LearningRateDecay;
import io.github.tribuopeft.training.TrainingControl;
import io.github.tribuopeft.training.TrainingEnd;
import io.github.tribuopeft.training.TrainingHistory;
import io.github.tribuopeft.training.TrainingListener;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.Trainer;
import org.tribuo.classification.Label;
import org.tribuo.datasource.ListDataSource;
import org.tribuo.multilabel.MultiLabel;
import org.tribuo.multilabel.MultiLabelFactory;
import org.tribuo.protos.core.ModelProto;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;
import org.tribuo.sequence.SequenceDataset;

/** A training run that continues from a checkpoint gives the model of a training run that was never stopped. */
class CheckpointTest {

    private static final Dataset<Label> OPINIONS = Fixtures.opinions(20);
    private static final Dataset<Label> DEVELOPMENT = Fixtures.opinions(7);
    private static final SequenceDataset<Label> SENTENCES = Fixtures.sentences(12);
    private static final SequenceDataset<Label> SENTENCE_DEVELOPMENT = Fixtures.sentences(5);
    private static final Dataset<MultiLabel> TOPICS = dataset(
            new MultiLabelFactory(),
            text -> new MultiLabel(text.contains("film") ? Set.of(new Label("film")) : Set.of(new Label("other"))));
    private static final Dataset<Regressor> RATINGS =
            dataset(new RegressionFactory(), text -> new Regressor("length", text.length()));
    private static final LoRA LORA =
            LoRA.builder().rank(2).alpha(4).dropout(0.3).build();

    @TempDir
    private Path folder;

    /** Event of a run after which its process ends. */
    private record Moment(long step, boolean afterEpoch) {}

    /** Ends a run at a moment: by a stop, or as if its process were killed. */
    private static final class Ending implements TrainingListener {
        private final Moment moment;
        private final Runnable kill;
        private TrainingControl control;

        Ending(Moment moment, Runnable kill) {
            this.moment = moment;
            this.kill = kill;
        }

        @Override
        public void onStart(TrainingStart start, TrainingControl ofRun) {
            control = ofRun;
            end(false);
        }

        @Override
        public void onStep(TrainingStep step) {
            end(false);
        }

        @Override
        public void onEpoch(TrainingEpoch epoch) {
            end(true);
        }

        private void end(boolean afterEpoch) {
            if (control.steps() == moment.step() && moment.afterEpoch() == afterEpoch) {
                if (kill == null) {
                    control.stop();
                } else {
                    kill.run();
                }
            }
        }
    }

    /** Stands for the end of a process. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Kind of training.
     *
     * @param name its name
     * @param train trains with the checkpoints, if not null, and the listener
     */
    private record Kind(String name, Function<Setting, AdaptedModel> train) {
        @Override
        public String toString() {
            return name;
        }
    }

    private record Setting(CheckpointPolicy policy, TrainingListener listener) {
        <B extends PeftTrainerBuilder<B>> B applyTo(B builder) {
            builder.listener(listener);
            return policy == null ? builder : builder.checkpoints(policy);
        }
    }

    private static TrainingOptions.Builder options() {
        return Fixtures.options().epochs(3);
    }

    private static TrainingOptions.Builder twoEpochs() {
        return options().epochs(2);
    }

    private static PeftTrainer.Builder<Label> classifier(PeftMethod method, TrainingOptions.Builder options) {
        return PeftTrainer.builder(new LabelHead(0.2))
                .backbone(new TinyBert())
                .method(method)
                .options(options.build())
                .device("cpu");
    }

    private static Kind classifier(String name, Supplier<PeftTrainer.Builder<Label>> trainer) {
        return new Kind(name, setting -> setting.applyTo(trainer.get()).build().train(OPINIONS, DEVELOPMENT));
    }

    /** All schedules, with dropout in the method and in the head, accumulation, patience and kept states. */
    static Stream<Kind> kinds() {
        return Stream.of(
                classifier("linear", () -> classifier(LORA, twoEpochs().warmup(0.4))),
                classifier(
                        "cosine, state kept",
                        () -> classifier(
                                new PTuning(),
                                twoEpochs()
                                        .decay(LearningRateDecay.COSINE)
                                        .warmup(0.2)
                                        .keepState())),
                classifier(
                        "constant, accumulation",
                        () -> classifier(
                                LORA,
                                twoEpochs()
                                        .decay(LearningRateDecay.CONSTANT)
                                        .batchSize(3)
                                        .accumulation(2))),
                classifier(
                        "patience",
                        // the metric does not rise after the first epochs
                        () -> classifier(
                                LORA,
                                twoEpochs()
                                        .epochs(6)
                                        .patience(1)
                                        .learningRate(1e-9)
                                        .headLearningRate(1e-9))),
                new Kind("held out, second invocation", setting -> setting.applyTo(
                                classifier(LORA, twoEpochs()).developmentFraction(0.2))
                        .build()
                        .train(OPINIONS, null, Map.of(), 1)),
                new Kind("no development set", setting -> setting.applyTo(classifier(LORA, twoEpochs()))
                        .build()
                        .train(OPINIONS)),
                new Kind("tagger", setting -> setting.applyTo(PeftSequenceTrainer.builder()
                                .backbone(new TinyBert())
                                .method(new PTuning(3, PromptNetwork.LSTM, 5, Placement.BEFORE))
                                .options(twoEpochs().batchSize(5).build())
                                .device("cpu"))
                        .build()
                        .train(SENTENCES, SENTENCE_DEVELOPMENT)),
                new Kind("multi-label", setting -> setting.applyTo(PeftTrainer.builder(new MultiLabelHead(0.1))
                                .backbone(new TinyBert())
                                .method(LORA)
                                .options(twoEpochs().build()))
                        .build()
                        .train(TOPICS, TOPICS)),
                new Kind("regression", setting -> setting.applyTo(PeftTrainer.builder(new RegressorHead(0.1))
                                .backbone(new TinyBert())
                                .method(LORA)
                                .options(twoEpochs().build()))
                        .build()
                        .train(RATINGS, RATINGS)));
    }

    private static <T extends Output<T>> MutableDataset<T> dataset(
            OutputFactory<T> factory, Function<String, T> output) {
        List<Example<T>> examples = new ArrayList<>();
        for (String thing : List.of("film", "book", "song", "plot", "film and the book")) {
            for (String quality : List.of("good", "bad", "great", "poor")) {
                String text = "the " + thing + " is " + quality;
                examples.add(new TextExampleExtractor<T>().extract(output.apply(text), text));
            }
        }
        return new MutableDataset<>(
                new ListDataSource<>(examples, factory, new SimpleDataSourceProvenance("toys", factory)));
    }

    private static AdaptedModel whole(Kind kind) {
        return kind.train().apply(new Setting(null, new TrainingListener() {}));
    }

    /** Returns the moments of a run: its start, every step, and the end of every epoch. */
    private static List<Moment> moments(Kind kind) {
        List<Moment> moments = new ArrayList<>();
        kind.train()
                .apply(new Setting(null, new TrainingListener() {
                    private TrainingControl control;

                    @Override
                    public void onStart(TrainingStart start, TrainingControl ofRun) {
                        control = ofRun;
                        moments.add(new Moment(0, false));
                    }

                    @Override
                    public void onStep(TrainingStep step) {
                        moments.add(new Moment(control.steps(), false));
                    }

                    @Override
                    public void onEpoch(TrainingEpoch epoch) {
                        moments.add(new Moment(control.steps(), true));
                    }
                }))
                .close();
        return moments;
    }

    /** Asserts the same tensors and the same provenance, except for the date. */
    private static void assertSame(AdaptedModel found, AdaptedModel expected) {
        assertThat(found.adapter()).isEqualTo(expected.adapter());
        assertThat(found.state().headTensors()).isEqualTo(expected.state().headTensors());
        assertThat(found.state().trainingState()).isEqualTo(expected.state().trainingState());
        assertThat(found.history().orElseThrow().bestEpoch())
                .isEqualTo(expected.history().orElseThrow().bestEpoch());
        assertThat(losses(found)).isEqualTo(losses(expected));
        assertThat(provenance(found)).isEqualTo(provenance(expected));
    }

    private static List<List<Double>> losses(AdaptedModel model) {
        return model.history().orElseThrow().epochs().stream()
                .map(epoch -> List.of(epoch.trainLoss(), epoch.developmentMetric()))
                .toList();
    }

    private static Map<String, Provenance> provenance(AdaptedModel model) {
        Map<String, Provenance> entries = new TreeMap<>();
        model.getProvenance().forEach(pair -> entries.put(pair.getA(), pair.getB()));
        assertThat(entries.remove("trained-at")).isNotNull();
        return entries;
    }

    private Path directory(Object name) {
        return folder.resolve("run" + name);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void stoppedAfterEachStepAndEpoch(Kind kind) {
        try (AdaptedModel expected = whole(kind)) {
            List<Moment> moments = moments(kind);
            for (Moment moment : moments) {
                CheckpointPolicy policy = CheckpointPolicy.in(directory(moment));
                try (AdaptedModel stopped = kind.train().apply(new Setting(policy, new Ending(moment, null)))) {
                    TrainingHistory history = stopped.history().orElseThrow();
                    assertThat(history.end())
                            .as("%s", moment)
                            .isEqualTo(
                                    moment.equals(moments.get(moments.size() - 1))
                                            ? TrainingEnd.COMPLETED
                                            : TrainingEnd.STOPPED);
                }
                try (AdaptedModel resumed =
                        kind.train().apply(new Setting(policy.resume(), new TrainingListener() {}))) {
                    assertSame(resumed, expected);
                }
            }
        }
    }

    /** The process dies at a moment, without another checkpoint; it resumes until it comes to the end. */
    @ParameterizedTest
    @MethodSource("kinds")
    void killedOften(Kind kind) throws IOException {
        try (AdaptedModel expected = whole(kind)) {
            CheckpointPolicy policy =
                    CheckpointPolicy.in(directory("")).everySteps(2).resume();
            for (Moment moment : moments(kind)) {
                assertThatThrownBy(() -> kind.train().apply(new Setting(policy, new Ending(moment, () -> {
                            throw new Killed();
                        }))))
                        .isInstanceOf(Killed.class);
                try (Stream<Path> files = Files.list(policy.directory())) {
                    assertThat(files.filter(file -> file.toString().endsWith(".checkpoint"))
                                    .count())
                            .isLessThanOrEqualTo(2);
                }
            }
            try (AdaptedModel resumed = kind.train().apply(new Setting(policy, new TrainingListener() {}))) {
                assertSame(resumed, expected);
            }
        }
    }

    /** The epochs of the earlier model count for the order and dropout, not for the schedule. */
    @Test
    void runThatStartedFromAnotherModel() throws IOException {
        Path first = folder.resolve("first.tribuo");
        try (PeftModel<Label> model =
                classifier(LORA, twoEpochs().keepState()).build().train(OPINIONS)) {
            model.serializeToFile(first);
        }
        Kind kind = classifier(
                "second", () -> classifier(LORA, twoEpochs().keepState()).resumeFrom(new ModelFileCheckpoint(first)));
        stoppedAfterEachStepAndEpoch(kind);
    }

    private static CheckpointPolicy stopped(Path directory) {
        CheckpointPolicy policy = CheckpointPolicy.in(directory).everySteps(1);
        new Setting(policy, new Ending(new Moment(4, false), null))
                .applyTo(classifier(LORA, options()))
                .build()
                .train(OPINIONS, DEVELOPMENT)
                .close();
        return policy;
    }

    private static void assertRefused(CheckpointPolicy policy, Supplier<AdaptedModel> training, String... parts) {
        assertThatThrownBy(training::get)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(policy.directory().toString())
                .hasMessageContainingAll(parts);
    }

    private static AdaptedModel train(
            PeftTrainer.Builder<Label> trainer,
            CheckpointPolicy policy,
            Dataset<Label> data,
            Dataset<Label> development) {
        return trainer.checkpoints(policy).build().train(data, development);
    }

    @Test
    void otherRunsAreRefusedByName() {
        CheckpointPolicy policy = stopped(directory("")).resume();
        Supplier<PeftTrainer.Builder<Label>> same = () -> classifier(LORA, options());
        assertRefused(
                policy,
                () -> train(classifier(LORA, options().epochs(4)), policy, OPINIONS, DEVELOPMENT),
                "differ in options.epochs, which is 3 there and 4 here");
        assertRefused(policy, () -> train(same.get().seed(7), policy, OPINIONS, DEVELOPMENT), "seed");
        assertRefused(
                policy,
                () -> train(classifier(LoRA.builder().rank(3).build(), options()), policy, OPINIONS, DEVELOPMENT),
                "method");
        assertRefused(
                policy, () -> train(same.get().backbone(new TinyBert(7)), policy, OPINIONS, DEVELOPMENT), "backbone");
        assertRefused(
                policy,
                () -> train(same.get(), policy, Fixtures.opinions(21), DEVELOPMENT),
                "differ in the training data");
        assertRefused(
                policy,
                () -> train(same.get(), policy, OPINIONS, Fixtures.opinions(8)),
                "differ in the development data");
        assertRefused(policy, () -> train(same.get(), policy, OPINIONS, null), "differ in the development data");
        assertRefused(
                policy,
                () -> same.get().checkpoints(policy).build().train(OPINIONS, DEVELOPMENT, Map.of(), 1),
                "train-invocation-count, which is 0 there and 1 here");
    }

    @Test
    void runsWithoutDevelopmentDataAreOtherRuns() {
        Supplier<PeftTrainer.Builder<Label>> trainer =
                () -> classifier(LORA, options()).developmentFraction(0);
        CheckpointPolicy policy = CheckpointPolicy.in(directory("")).everySteps(1);
        train(trainer.get(), policy, OPINIONS, DEVELOPMENT).close();
        assertRefused(
                policy.resume(),
                () -> train(trainer.get(), policy.resume(), OPINIONS, null),
                "the development data",
                "none here");
    }

    /** The same texts with other labels are other data. */
    @Test
    void otherNamesOfLabelsAreRefused() {
        CheckpointPolicy policy = CheckpointPolicy.in(directory(""));
        Function<String, Dataset<Label>> data = name ->
                Fixtures.dataset(List.of(Fixtures.example("a", "a good film"), Fixtures.example(name, "a bad film")));
        classifier(LORA, options())
                .checkpoints(policy)
                .build()
                .train(data.apply("b"))
                .close();
        assertRefused(
                policy,
                () -> classifier(LORA, options())
                        .checkpoints(policy.resume())
                        .build()
                        .train(data.apply("c")),
                "the names of the outputs");
    }

    @Test
    void directoriesOfOthersAreRefused() throws IOException {
        CheckpointPolicy policy = stopped(directory(""));
        assertRefused(policy, () -> train(classifier(LORA, options()), policy, OPINIONS, DEVELOPMENT), "step-0000000");
        Files.writeString(policy.directory().resolve("notes.txt"), "mine");
        assertRefused(
                policy,
                () -> train(classifier(LORA, options()), policy.resume(), OPINIONS, DEVELOPMENT),
                "contains notes.txt, which is not a checkpoint");
        CheckpointPolicy file = CheckpointPolicy.in(policy.directory().resolve("notes.txt"));
        assertRefused(file, () -> train(classifier(LORA, options()), file, OPINIONS, DEVELOPMENT), "is a file");
    }

    /** Two training runs must not replace each other's checkpoints. */
    @Test
    void directoryInUseIsRefused() {
        CheckpointPolicy policy = CheckpointPolicy.in(directory(""));
        TrainingListener second = new TrainingListener() {
            @Override
            public void onStart(TrainingStart start) {
                assertRefused(
                        policy,
                        () -> train(classifier(LORA, options()), policy, OPINIONS, DEVELOPMENT),
                        "Another training run");
            }
        };
        train(classifier(LORA, options()).listener(second), policy, OPINIONS, DEVELOPMENT)
                .close();
    }

    @Test
    void emptyDirectoryStartsFromTheBeginning() {
        try (AdaptedModel model = train(
                classifier(LORA, options()), CheckpointPolicy.in(directory("")).resume(), OPINIONS, DEVELOPMENT)) {
            assertThat(model.history().orElseThrow().epochs()).hasSize(3);
        }
    }

    private static List<Path> checkpoints(CheckpointPolicy policy) throws IOException {
        try (Stream<Path> files = Files.list(policy.directory())) {
            return files.filter(file -> file.toString().endsWith(".checkpoint"))
                    .sorted()
                    .toList();
        }
    }

    /** A process that is killed leaves a temporary file; a damaged checkpoint is not used. */
    @Test
    void damagedCheckpointFallsBackToTheOneBefore() throws IOException {
        CheckpointPolicy policy = stopped(directory(""));
        List<Path> files = checkpoints(policy);
        assertThat(files)
                .extracting(file -> file.getFileName().toString())
                .containsExactly("step-00000003.checkpoint", "step-00000004.checkpoint");
        byte[] bytes = Files.readAllBytes(files.get(1));
        Files.write(files.get(1), Arrays.copyOf(bytes, bytes.length / 2));
        Path temporary = Files.write(policy.directory().resolve(".peft-0123456789abcdef.tmp"), new byte[100]);
        List<String> warnings = new ArrayList<>();
        Logger logger = Logger.getLogger(CheckpointDirectory.class.getName());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                warnings.add(record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        Kind kind = classifier("same", () -> classifier(LORA, options()));
        try (AdaptedModel expected = whole(kind);
                AdaptedModel resumed = train(classifier(LORA, options()), policy.resume(), OPINIONS, DEVELOPMENT)) {
            assertSame(resumed, expected);
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(warnings).singleElement().asString().contains("step-00000004", "resumes from", "step-00000003");
        assertThat(temporary).doesNotExist();
        assertThat(checkpoints(policy)).hasSize(2).last().asString().contains("step-00000009");
    }

    @Test
    void onlyDamagedCheckpointsAreAnError() throws IOException {
        CheckpointPolicy policy = stopped(directory(""));
        for (Path file : checkpoints(policy)) {
            Files.writeString(file, "x");
        }
        assertRefused(
                policy,
                () -> train(classifier(LORA, options()), policy.resume(), OPINIONS, DEVELOPMENT),
                "No checkpoint in",
                "step-00000004.checkpoint",
                "Delete the directory");
    }

    /** An older checkpoint must not replace the work of a later version. */
    @Test
    void laterVersionsAreRefused() throws IOException {
        CheckpointPolicy policy = stopped(directory(""));
        Path newest = checkpoints(policy).get(1);
        ModelProto proto = ModelProto.parseFrom(Files.readAllBytes(newest));
        Files.write(newest, proto.toBuilder().setVersion(1).build().toByteArray());
        assertRefused(
                policy,
                () -> train(classifier(LORA, options()), policy.resume(), OPINIONS, DEVELOPMENT),
                "step-00000004.checkpoint was written by a newer version of this library: it has format version 1, but"
                        + " this library reads versions up to 0");
        assertThat(checkpoints(policy)).hasSize(2);
    }

    @Test
    void modelFilesAndCheckpointsAreDistinguished() throws IOException {
        CheckpointPolicy policy = stopped(directory(""));
        Path checkpoint = checkpoints(policy).get(0);
        assertThatThrownBy(() -> PeftModel.load(checkpoint))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("contains a TrainingCheckpoint");
        Path model = folder.resolve("model.tribuo");
        try (PeftModel<Label> trained = classifier(LORA, options()).build().train(OPINIONS)) {
            trained.serializeToFile(model);
        }
        assertThatThrownBy(() -> CheckpointFile.read(model))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not a checkpoint of a training run");
    }

    /** A finished run whose model was lost is not trained again. */
    @Test
    void finishedRunHasItsModelInTheCheckpoint() {
        CheckpointPolicy policy = CheckpointPolicy.in(directory(""));
        try (AdaptedModel expected = train(classifier(LORA, options()), policy, OPINIONS, DEVELOPMENT)) {
            List<Long> steps = new ArrayList<>();
            TrainingListener listener = new TrainingListener() {
                @Override
                public void onStep(TrainingStep step) {
                    steps.add(step.step());
                }
            };
            try (AdaptedModel again =
                    train(classifier(LORA, options()).listener(listener), policy.resume(), OPINIONS, DEVELOPMENT)) {
                assertSame(again, expected);
                assertThat(steps).isEmpty();
            }
        }
    }

    /** A model that was stopped says so in its provenance, also in its file. */
    @Test
    void stoppedModelsHaveTheirStepsInTheProvenance() throws IOException {
        Path file = folder.resolve("model.tribuo");
        try (PeftModel<Label> model = classifier(LORA, options())
                .listener(new Ending(new Moment(4, false), null))
                .build()
                .train(OPINIONS, DEVELOPMENT)) {
            model.serializeToFile(file);
            assertThat(model.history().orElseThrow().bestEpoch()).isEqualTo(1);
            assertThat(model.predict(OPINIONS)).hasSize(20);
        }
        try (PeftModel<?> loaded = PeftModel.load(file);
                AdaptedModel complete = classifier(LORA, options()).build().train(OPINIONS)) {
            assertThat(loaded.getProvenance().getInstanceProvenance().getMap().get(PeftTrainer.STOPPED))
                    .hasToString("4");
            assertThat(complete.getProvenance().getInstanceProvenance().getMap())
                    .doesNotContainKey(PeftTrainer.STOPPED);
        }
    }

    /** The best state so far is that of the best epoch, or the current one without a development set. */
    @Test
    void stoppedModelHasTheBestStateSoFar() {
        Ending inSecondEpoch = new Ending(new Moment(5, false), null);
        try (PeftModel<Label> stopped = classifier(LORA, options())
                        .listener(inSecondEpoch)
                        .build()
                        .train(OPINIONS, DEVELOPMENT);
                PeftModel<Label> current = classifier(LORA, options())
                        .developmentFraction(0)
                        .listener(new Ending(new Moment(5, false), null))
                        .build()
                        .train(OPINIONS);
                PeftModel<Label> first = classifier(LORA, options())
                        .listener(new Ending(new Moment(3, true), null))
                        .build()
                        .train(OPINIONS, DEVELOPMENT)) {
            assertThat(stopped.adapter()).isEqualTo(first.adapter());
            assertThat(stopped.history().orElseThrow().epochs()).hasSize(1);
            assertThat(current.history().orElseThrow().bestEpoch()).isEqualTo(2);
            assertThat(current.history().orElseThrow().epochs()).hasSize(1);
            assertThat(current.summary()).containsEntry("chosen-epoch", 2);
        }
    }

    @Test
    void interruptWritesACheckpointAndKeepsTheBestModel() throws IOException {
        CheckpointPolicy policy = CheckpointPolicy.in(directory(""));
        TrainingListener interrupting =
                new Ending(new Moment(4, false), () -> Thread.currentThread().interrupt());
        TrainingInterruptedException[] thrown = new TrainingInterruptedException[1];
        try {
            train(classifier(LORA, options()).listener(interrupting), policy, OPINIONS, DEVELOPMENT)
                    .close();
        } catch (TrainingInterruptedException e) {
            thrown[0] = e;
        }
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        Path file = folder.resolve("model.tribuo");
        thrown[0].model().serializeToFile(file); // in a thread that is still interrupted
        assertThat(Thread.interrupted()).isTrue();
        assertThat(thrown[0]).hasMessage("Training was interrupted after 4 steps and 1 complete epoch");
        try (PeftModel<?> best = PeftModel.load(file);
                AdaptedModel expected = whole(classifier("same", () -> classifier(LORA, options())));
                AdaptedModel resumed = train(classifier(LORA, options()), policy.resume(), OPINIONS, DEVELOPMENT)) {
            assertThat(best.adapter()).isEqualTo(thrown[0].model().adapter());
            assertSame(resumed, expected);
        }
    }

    @Test
    void checkpointsAreWrittenByTime() throws IOException {
        CheckpointPolicy policy =
                CheckpointPolicy.in(directory("")).every(Duration.ofNanos(1)).keep(100);
        train(classifier(LORA, options()), policy, OPINIONS, DEVELOPMENT).close();
        assertThat(checkpoints(policy)).hasSize(9);
        CheckpointPolicy rare = CheckpointPolicy.in(directory("rare")).every(Duration.ofDays(1));
        train(classifier(LORA, options()), rare, OPINIONS, DEVELOPMENT).close();
        assertThat(checkpoints(rare)).hasSize(1);
    }

    @Test
    void settingsOutOfRange() {
        CheckpointPolicy policy = CheckpointPolicy.in(folder);
        assertThatThrownBy(() -> policy.keep(0)).hasMessageContaining("at least 1, but is 0");
        assertThatThrownBy(() -> policy.everySteps(0)).hasMessageContaining("at least 1, but is 0");
        assertThatThrownBy(() -> policy.every(Duration.ZERO)).hasMessageContaining("above 0");
    }

    @Test
    void stateIsAvailableInEventsOnly() {
        TrainingControl[] kept = new TrainingControl[1];
        List<Long> steps = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void onStart(TrainingStart start, TrainingControl control) {
                kept[0] = control;
            }

            @Override
            public void onStep(TrainingStep step) {
                steps.add(kept[0].snapshot().state().steps());
            }
        };
        classifier(LORA, options()).listener(listener).build().train(OPINIONS).close();
        assertThat(steps).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThatThrownBy(kept[0]::snapshot)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("events only");
    }

    /** A trainer's later invocations have directories of their own. */
    @Test
    void nextInvocationIsAnotherRun() {
        CheckpointPolicy policy = CheckpointPolicy.in(directory("")).resume();
        PeftTrainer<Label> trainer =
                classifier(LORA, options()).checkpoints(policy).build();
        trainer.train(OPINIONS).close();
        assertRefused(policy, () -> trainer.train(OPINIONS), "train-invocation-count, which is 0 there and 1 here");
        trainer.setCheckpoints(CheckpointPolicy.in(directory("second")));
        trainer.train(OPINIONS, Map.of(), Trainer.INCREMENT_INVOCATION_COUNT).close();
    }
}
