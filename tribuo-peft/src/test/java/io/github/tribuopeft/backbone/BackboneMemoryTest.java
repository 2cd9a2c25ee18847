package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
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
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.training.TrainingDivergedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;

/** Native memory is taken once and given back. */
class BackboneMemoryTest {

    private static final MutableDataset<Label> OPINIONS = Fixtures.opinions(8);
    private static final Path STATUS = Path.of("/proc/self/status");

    /** No other test opens this one. */
    private final TinyBert source = new TinyBert(2_001);

    private int before;

    @BeforeEach
    void count() {
        before = BackbonePool.size();
    }

    private Backbone open() {
        return Backbone.open(source, Device.cpu(), Precision.FP32);
    }

    private PeftTrainer<Label> trainer() {
        return Fixtures.trainer(PrefixTuning.builder().virtualTokens(2).build())
                .backbone(source)
                .options(Fixtures.options().epochs(1).build())
                .build();
    }

    private void assertHeld(int count) {
        assertThat(BackbonePool.size()).isEqualTo(before + count);
    }

    @Test
    void handlesShareOneBackboneAndTheLastOneFreesIt() {
        Backbone first = open();
        Backbone second = open();
        assertHeld(1);
        first.close();
        first.close(); // a second close must not take the other's share
        assertHeld(1);
        assertThat(second.weightsHash()).hasSize(64);
        second.close();
        assertHeld(0);
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
                Backbone bf16 = Backbone.open(source, Device.cpu(), Precision.BF16)) {
            assertHeld(2);
            assertThat(bf16.weightsHash()).isNotEqualTo(fp32.weightsHash());
        }
        assertHeld(0);
    }

    @Test
    void trainingKeepsNothingUntilTheFirstPrediction() {
        try (PeftModel<Label> model = trainer().train(OPINIONS)) {
            assertHeld(0);
            model.predict(OPINIONS);
            assertHeld(1);
        }
        assertHeld(0);
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
            assertHeld(1);
        }
        assertHeld(0);
    }

    @Test
    void servedModelHoldsWhatItServes() throws TranslateException {
        PeftModel<Label> model = trainer().train(OPINIONS);
        try (ZooModel<String, Classifications> served = ServedModel.classifier(model)) {
            for (int i = 0; i < 3; i++) {
                try (Predictor<String, Classifications> predictor = served.newPredictor()) {
                    predictor.predict("the film is good");
                }
            }
            assertHeld(1);
        }
        assertHeld(0);
    }

    @Test
    void failedTrainingKeepsNothing() {
        MutableDataset<Label> heavy = Fixtures.opinions(8);
        heavy.getExample(0).setWeight(Float.POSITIVE_INFINITY);
        assertThatThrownBy(() -> trainer().train(heavy)).isInstanceOf(TrainingDivergedException.class);
        assertHeld(0);
    }

    /** The Java machine itself takes a leap now and then, as when it compiles; what leaks grows all the time. */
    @Test
    void residentMemoryStaysFlatOverTrainings() throws IOException, TranslateException {
        assumeTrue(Files.isReadable(STATUS), "skipped: this system has no " + STATUS);
        cycles(60);
        long[] growth = new long[5];
        for (int i = 0; i < growth.length; i++) {
            long start = residentKilobytes();
            cycles(30);
            growth[i] = residentKilobytes() - start;
        }
        Arrays.sort(growth);
        assertThat(growth[2])
                .as("median growth in kB over 30 trainings, of %s", Arrays.toString(growth))
                .isLessThan(5 * 1024);
        assertHeld(0);
    }

    private void cycles(int count) throws TranslateException {
        PeftTrainer<Label> trainer = trainer();
        for (int i = 0; i < count; i++) {
            try (PeftModel<Label> model = trainer.train(OPINIONS);
                    ZooModel<String, Classifications> served = ServedModel.classifier(model);
                    Predictor<String, Classifications> predictor = served.newPredictor()) {
                model.predict(OPINIONS);
                predictor.batchPredict(TextExampleExtractor.texts(OPINIONS));
            }
        }
    }

    private static long residentKilobytes() throws IOException {
        System.gc(); // so that the heap is of its usual size
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
