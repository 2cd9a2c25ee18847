package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.LinearProbe;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.ObservedHead;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.testing.Warnings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.sequence.SequenceExample;

/** The device, precision and batches of a run, which do not depend on those of the training. */
class InferenceOptionsTest {

    private static final MutableDataset<Label> OPINIONS = Fixtures.opinions(16);

    @TempDir
    private Path folder;

    /** Writes a model that records a GPU that no machine has, and returns its predictions on the CPU. */
    private double[] writeModelOfAGpu(Path file) throws IOException {
        try (PeftModel<Label> model =
                Fixtures.trainer(new LinearProbe()).build().train(OPINIONS)) {
            PeftModel.of(model.getProvenance(), model.getOutputIDInfo(), onGpu(model.session()))
                    .serializeToFile(file);
            return Fixtures.scores(model, OPINIONS);
        }
    }

    @SuppressWarnings("unchecked") // the models of this test predict labels
    private static ModelState<Label> onGpu(InferenceSession session) {
        ModelState<Label> state = (ModelState<Label>) session.state();
        return new ModelState<>(
                state.method(),
                state.backbone(),
                state.adapter(),
                state.head(),
                state.headTensors(),
                state.pooling(),
                state.maxLength(),
                state.precision(),
                "cuda:99",
                state.trainingState());
    }

    @Test
    void modelThatWasTrainedOnAGpuOpensWithoutOne() throws IOException {
        Path file = folder.resolve("gpu.tribuo");
        double[] scores = writeModelOfAGpu(file);
        try (PeftModel<Label> model = PeftModel.load(file).castModel(Label.class)) {
            assertThat(Fixtures.scores(model, OPINIONS)).containsExactly(scores);
            assertThat(model.state().device()).as("the record").isEqualTo("cuda:99");
            try (PeftModel<Label> copy = (PeftModel<Label>) model.copy()) {
                assertThat(Fixtures.scores(copy, OPINIONS)).containsExactly(scores);
            }
        }
    }

    @Test
    void taggerThatWasTrainedOnAGpuOpensWithoutOne() throws IOException {
        Path file = folder.resolve("gpu.tribuo");
        PeftSequenceTrainer trainer = PeftSequenceTrainer.builder()
                .backbone(new TinyBert())
                .method(new LinearProbe())
                .build();
        try (PeftSequenceModel model = trainer.train(Fixtures.sentences(8))) {
            PeftSequenceModel.of(
                            model.getProvenance(),
                            model.getOutputIDInfo(),
                            onGpu(model.session()),
                            model.tagDecoding().orElseThrow())
                    .serializeToFile(file);
        }
        try (PeftSequenceModel model = PeftSequenceModel.load(
                file, InferenceOptions.DEFAULT.withDevice("cpu").withBatchTokens(64))) {
            SequenceExample<Label> first = Fixtures.sentences(1).getExample(0);
            assertThat(model.predict(first)).hasSize(4);
        }
    }

    @Test
    void deviceOfTheOptionsIsRequired() throws IOException {
        Path file = folder.resolve("gpu.tribuo");
        writeModelOfAGpu(file);
        try (PeftModel<?> model = PeftModel.load(file, InferenceOptions.DEFAULT.withDevice("cuda:98"))) {
            assertThatThrownBy(() -> model.predict("good"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cuda:98");
        }
    }

    @Test
    void precisionOfTheOptionsIsUsedAndLogged() throws IOException {
        Path file = folder.resolve("gpu.tribuo");
        double[] scores = writeModelOfAGpu(file);
        try (PeftModel<Label> model = PeftModel.load(file, InferenceOptions.DEFAULT.withPrecision(Precision.BF16))
                .castModel(Label.class)) {
            List<String> warnings = Warnings.of(InferenceSession.class, () -> {
                double[] rounded = Fixtures.scores(model, OPINIONS);
                assertThat(rounded).isNotEqualTo(scores).containsExactly(scores, within(0.05));
            });
            assertThat(warnings).singleElement(STRING).contains("FP32", "BF16");
            assertThat(Warnings.of(InferenceSession.class, () -> model.predict(OPINIONS)))
                    .isEmpty();
        }
        try (PeftModel<?> model = PeftModel.load(file, InferenceOptions.DEFAULT.withPrecision(Precision.FP32))) {
            assertThat(Warnings.of(InferenceSession.class, () -> model.predict("good")))
                    .isEmpty();
        }
    }

    @Test
    void batchesHaveTheGivenNumberOfTokens() {
        List<String> texts = TextExampleExtractor.texts(OPINIONS);
        AtomicInteger batches = new AtomicInteger();
        try (PeftModel<Label> model = PeftTrainer.builder(new ObservedHead())
                .backbone(new TinyBert())
                .method(new LinearProbe())
                .build()
                .train(OPINIONS)) {
            PeftModel<Label> small = new PeftModel<>(
                    "small",
                    model.getProvenance(),
                    model.getFeatureIDMap(),
                    model.getOutputIDInfo(),
                    labels(model),
                    InferenceOptions.DEFAULT.withBatchTokens(1),
                    null);
            try (small) {
                model.predict("good"); // opens the model, which reads the layer once more
                small.predict("good");
                ObservedHead.observe(batches::incrementAndGet);
                double[] scores = Fixtures.scores(model, OPINIONS);
                assertThat(batches.getAndSet(0)).isEqualTo(1);
                assertThat(Fixtures.scores(small, OPINIONS)).containsExactly(scores, within(1e-5));
                assertThat(batches).hasValue(texts.size());
            }
        } finally {
            ObservedHead.observe(() -> {});
        }
    }

    @SuppressWarnings("unchecked") // the models of this test predict labels
    private static ModelState<Label> labels(PeftModel<Label> model) {
        return (ModelState<Label>) model.session().state();
    }

    @Test
    void invalidOptionsAreErrors() {
        assertThatThrownBy(() -> InferenceOptions.DEFAULT.withDevice("gpu"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'gpu'");
        assertThatThrownBy(() -> InferenceOptions.DEFAULT.withBatchTokens(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1, but is 0");
    }

    /** A model that has just been trained runs where it was trained. */
    @Test
    void trainedModelKeepsTheDeviceOfItsTrainer() {
        try (PeftModel<Label> model = PeftTrainer.builder(new LabelHead())
                .backbone(new TinyBert())
                .method(new LinearProbe())
                .device("cpu")
                .build()
                .train(OPINIONS)) {
            assertThat(model.session().options().device()).isEqualTo("cpu");
            assertThat(new LabelFactory().getUnknownOutput())
                    .isEqualTo(model.predict("good").getExample().getOutput());
        }
    }
}
