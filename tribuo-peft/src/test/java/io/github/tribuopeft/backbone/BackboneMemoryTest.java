package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.serving.ServedModel;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.ResidentMemory;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.training.TrainingDivergedException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;

/** Native memory is allocated once for each backbone and freed. */
class BackboneMemoryTest {

    private static final MutableDataset<Label> OPINIONS = Fixtures.opinions(8);

    /** No other test opens this backbone. */
    private final TinyBert source = new TinyBert(2_001);

    private Backbone open() {
        return Backbone.open(source, TestDevice.get(), Precision.FP32);
    }

    private PeftTrainer<Label> trainer() {
        return trainer(source);
    }

    private static PeftTrainer<Label> trainer(TinyBert source) {
        return Fixtures.trainer(PrefixTuning.builder().virtualTokens(2).build())
                .backbone(source)
                .options(Fixtures.options().epochs(1).build())
                .build();
    }

    private void assertBackbones(int count) {
        assertThat(BackbonePool.size(source.fingerprint())).isEqualTo(count);
    }

    @Test
    void handlesShareABackboneThatTheLastOneFrees() {
        Backbone first = open();
        Backbone second = open();
        assertBackbones(1);
        first.close();
        first.close(); // closing twice must not close the other handle
        assertBackbones(1);
        assertThat(second.weightsHash()).hasSize(64);
        second.close();
        assertBackbones(0);
    }

    @Test
    void closedHandleIsRefused() {
        Backbone backbone = open();
        backbone.close();
        assertThatThrownBy(backbone::dimensions)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void precisionsAreDifferentBackbones() {
        try (Backbone fp32 = open();
                Backbone bf16 = Backbone.open(source, TestDevice.get(), Precision.BF16)) {
            assertBackbones(2);
            assertThat(bf16.weightsHash()).isNotEqualTo(fp32.weightsHash());
        }
        assertBackbones(0);
    }

    @Test
    void modelsOpenTheirBackboneAtTheFirstPrediction() {
        try (PeftModel<Label> model = trainer().train(OPINIONS)) {
            assertBackbones(0);
            model.predict(OPINIONS);
            assertBackbones(1);
        }
        assertBackbones(0);
    }

    @Test
    void modelsShareOneBackbone() {
        PeftTrainer<Label> trainer = trainer();
        try (PeftModel<Label> first = trainer.train(OPINIONS);
                PeftModel<Label> second = trainer.train(OPINIONS);
                PeftModel<Label> copy = (PeftModel<Label>) first.copy()) {
            first.predict(OPINIONS);
            second.predict(OPINIONS);
            copy.predict(OPINIONS);
            assertBackbones(1);
        }
        assertBackbones(0);
    }

    @Test
    void servedModelHasOneHandle() throws TranslateException {
        PeftModel<Label> model = trainer().train(OPINIONS);
        try (ZooModel<String, Classifications> served = ServedModel.classifier(model)) {
            for (int i = 0; i < 3; i++) {
                try (Predictor<String, Classifications> predictor = served.newPredictor()) {
                    predictor.predict("the film is good");
                }
            }
            assertBackbones(1);
        }
        assertBackbones(0);
    }

    @Test
    void failedTrainingClosesItsBackbone() {
        MutableDataset<Label> heavy = Fixtures.opinions(8);
        heavy.getExample(0).setWeight(Float.POSITIVE_INFINITY);
        assertThatThrownBy(() -> trainer().train(heavy)).isInstanceOf(TrainingDivergedException.class);
        assertBackbones(0);
    }

    /**
     * The JVM itself sometimes allocates memory at once, for example for its compiler; a leak grows with each training run.
     */
    @Test
    void residentMemoryDoesNotGrow(@TempDir Path folder) throws Exception {
        long[] resident = ResidentMemory.measure(folder, Cycles.class);
        long[] growth = new long[resident.length - 1];
        for (int i = 0; i < growth.length; i++) {
            growth[i] = resident[i + 1] - resident[i];
        }
        Arrays.sort(growth);
        assertThat(growth[1])
                .as("second smallest growth in kB over 30 training runs, of %s", Arrays.toString(growth))
                .isLessThan(5 * 1024);
    }

    /** Program that trains, serves and closes models, and prints its resident memory from time to time. */
    static final class Cycles {

        private Cycles() {}

        public static void main(String[] arguments) throws TranslateException {
            TinyBert source = new TinyBert(2_001);
            cycles(source, 60);
            ResidentMemory.print();
            for (int i = 0; i < 5; i++) {
                cycles(source, 30);
                ResidentMemory.print();
            }
        }

        private static void cycles(TinyBert source, int count) throws TranslateException {
            PeftTrainer<Label> trainer = trainer(source);
            for (int i = 0; i < count; i++) {
                try (PeftModel<Label> model = trainer.train(OPINIONS);
                        ZooModel<String, Classifications> served = ServedModel.classifier(model);
                        Predictor<String, Classifications> predictor = served.newPredictor()) {
                    model.predict(OPINIONS);
                    predictor.batchPredict(TextExampleExtractor.texts(OPINIONS));
                }
            }
        }
    }

    @Test
    void droppedModelsAndHandlesAreClosed() throws InterruptedException {
        PeftModel<Label> model = trainer().train(OPINIONS);
        model.predict(OPINIONS);
        for (int i = 0; i < 3; i++) {
            ((PeftModel<Label>) model.copy()).predict(OPINIONS);
            open().dimensions();
        }
        assertThat(handles()).isEqualTo(7);
        awaitHandles(1);
        model.predict(OPINIONS); // the last handle keeps the backbone
        model.close();
        assertThat(handles()).isZero();
        assertBackbones(0);
    }

    /** The garbage collector may find a model as soon as no code uses it, which can be during its last prediction. */
    @Test
    void runningPredictionsAreNotFreed() throws InterruptedException {
        PeftModel<Label> model = trainer().train(OPINIONS);
        double[] scores = Fixtures.scores(model, OPINIONS);
        AtomicBoolean running = new AtomicBoolean(true);
        Thread collector = new Thread(() -> {
            while (running.get()) {
                System.gc();
            }
        });
        collector.start();
        try {
            for (int i = 0; i < 20; i++) {
                assertThat(Fixtures.scores((PeftModel<Label>) model.copy(), OPINIONS))
                        .containsExactly(scores);
            }
        } finally {
            running.set(false);
            collector.join();
        }
        model.close();
        awaitHandles(0);
    }

    private int handles() {
        return BackbonePool.handles(source.fingerprint());
    }

    private void awaitHandles(int count) throws InterruptedException {
        await(() -> handles() == count);
        assertThat(handles()).isEqualTo(count);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 500 && !condition.getAsBoolean(); i++) {
            System.gc();
            Thread.sleep(20);
        }
    }
}
