package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.backbone.LinearLayer.Role;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.DenseLayer;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.BitFit;
import io.github.tribuopeft.method.BottleneckAdapter;
import io.github.tribuopeft.method.BottleneckAdapter.Position;
import io.github.tribuopeft.method.Combination;
import io.github.tribuopeft.method.FullFineTuning;
import io.github.tribuopeft.method.IA3;
import io.github.tribuopeft.method.LayerNormTuning;
import io.github.tribuopeft.method.LinearProbe;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.PTuning;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixReparameterization;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.method.PromptNetwork;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.method.SampledVocabularyInitializer;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.training.LearningRateDecay;
import io.github.tribuopeft.training.ParameterSet;
import io.github.tribuopeft.training.TrainingOptions;
import io.github.tribuopeft.training.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.Dataset;
import org.tribuo.classification.Label;
import org.tribuo.sequence.SequenceDataset;

/** Training that resumes from a model gives the same result as uninterrupted training. */
class ResumeTrainingTest {

    private static final Dataset<Label> OPINIONS = Fixtures.opinions(20);

    @TempDir
    private Path folder;

    private static TrainingOptions.Builder options(int epochs) {
        return Fixtures.options()
                .epochs(epochs)
                .decay(LearningRateDecay.CONSTANT)
                .warmup(0);
    }

    private static PeftTrainer.Builder<Label> trainer(PeftMethod method, TrainingOptions.Builder options) {
        return Fixtures.trainer(method).options(options.build());
    }

    /** Trains a model and returns its file. */
    private Path trained(PeftTrainer.Builder<Label> trainer) throws IOException {
        Path file = folder.resolve("model.tribuo");
        try (PeftModel<Label> model = trainer.build().train(OPINIONS)) {
            model.serializeToFile(file);
        }
        return file;
    }

    /** Methods whose parameters can be recovered from the adapter. */
    static Stream<PeftMethod> plain() {
        return Stream.of(
                new LinearProbe(),
                new PromptTuning(3, new SampledVocabularyInitializer(), Placement.BEFORE),
                PrefixTuning.builder().virtualTokens(3).build(),
                LoRA.builder().rank(3).alpha(5).targets(Role.values()).build(),
                LoRA.builder().rank(3).rankStabilised().build(),
                new IA3(),
                new BitFit(),
                new LayerNormTuning(),
                new BottleneckAdapter(4, Position.PARALLEL, 3.0),
                new BottleneckAdapter(4, Position.PFEIFFER, 1.0),
                new FullFineTuning());
    }

    /** Methods whose parameters cannot be recovered from the adapter. */
    static Stream<PeftMethod> folded() {
        return Stream.of(
                new PTuning(3, PromptNetwork.MLP, 7, Placement.BEFORE),
                new PTuning(3, PromptNetwork.LSTM, 5, Placement.BEFORE),
                PrefixTuning.builder()
                        .virtualTokens(3)
                        .reparameterization(new PrefixReparameterization(5))
                        .build(),
                new Combination());
    }

    static Stream<PeftMethod> all() {
        return Stream.concat(plain(), folded());
    }

    /** The order of batches and the dropout of the second epoch are those of uninterrupted training. */
    @ParameterizedTest
    @MethodSource("all")
    void resumesWithTheSameBits(PeftMethod method) throws IOException {
        Path file = trained(trainer(method, options(1).keepState()));
        try (PeftModel<Label> whole =
                        trainer(method, options(2).keepState()).build().train(OPINIONS);
                PeftModel<Label> second = trainer(method, options(1).keepState())
                        .resumeFrom(new ModelFileCheckpoint(file))
                        .build()
                        .train(OPINIONS);
                PeftModel<?> first = PeftModel.load(file)) {
            assertThat(second.adapter()).isEqualTo(whole.adapter());
            assertThat(second.state().headTensors()).isEqualTo(whole.state().headTensors());
            assertThat(second.state().headTensors()).isNotEqualTo(first.state().headTensors());
            assertThat(second.state().trainingState())
                    .isEqualTo(whole.state().trainingState())
                    .isPresent();
            assertThat(second.state().trainingState().orElseThrow().steps()).isEqualTo(2 * 3);
            assertThat(second.labels()).isEqualTo(whole.labels());
        }
    }

    @Test
    void taggerResumesWithTheSameBits() throws IOException {
        SequenceDataset<Label> sentences = Fixtures.sentences(12);
        PTuning method = new PTuning(3, PromptNetwork.MLP, 7, Placement.BEFORE);
        Path file = folder.resolve("tagger.tribuo");
        try (PeftSequenceModel first = tagger(method, 1).build().train(sentences)) {
            first.serializeToFile(file);
        }
        try (PeftSequenceModel whole = tagger(method, 2).build().train(sentences);
                PeftSequenceModel second = tagger(method, 1)
                        .resumeFrom(new ModelFileCheckpoint(file))
                        .build()
                        .train(sentences)) {
            assertThat(second.state().trainingState())
                    .isEqualTo(whole.state().trainingState())
                    .isPresent();
            assertThat(second.adapter()).isEqualTo(whole.adapter());
        }
        assertFails(trainer(method, options(1)), file, "PeftSequenceModel", "PeftModel");
    }

    private static PeftSequenceTrainer.Builder tagger(PeftMethod method, int epochs) {
        return PeftSequenceTrainer.builder()
                .developmentFraction(0)
                .backbone(new TinyBert())
                .method(method)
                .options(options(epochs).keepState().build())
                .device("cpu");
    }

    /** With a learning rate near 0, an epoch ends with the tensors of the checkpoint. */
    @ParameterizedTest
    @MethodSource("plain")
    void resumesFromAModelWithoutTrainingState(PeftMethod method) throws IOException {
        Path file = trained(trainer(method, options(2)));
        TrainingOptions.Builder still =
                options(1).learningRate(1e-12).headLearningRate(1e-12).weightDecay(0);
        try (PeftModel<?> first = PeftModel.load(file);
                PeftModel<Label> same = trainer(method, still)
                        .resumeFrom(new ModelFileCheckpoint(file))
                        .build()
                        .train(OPINIONS)) {
            assertThat(first.state().trainingState()).isEmpty();
            assertClose(same.adapter(), first.adapter());
            assertClose(same.state().headTensors(), first.state().headTensors());
        }
    }

    private static void assertClose(Map<String, Tensor> found, Map<String, Tensor> expected) {
        assertThat(found).hasSameSizeAs(expected);
        expected.forEach((name, tensor) ->
                assertThat(found.get(name).values()).as(name).containsExactly(tensor.values(), within(1e-6f)));
    }

    @ParameterizedTest
    @MethodSource("folded")
    void mergedParametersCannotBeRecovered(PeftMethod method) throws IOException {
        Path file = trained(trainer(method, options(1)));
        assertFails(trainer(method, options(1)), file, "training.keepState", "cannot be recovered");
    }

    /** The rows that the network computed can be trained without it. */
    @Test
    void pTuningResumesAsPromptTuning() throws IOException {
        Path file = trained(trainer(new PTuning(3, PromptNetwork.MLP, 7, Placement.BEFORE), options(1)));
        try (PeftModel<Label> model = trainer(
                        new PromptTuning(3, new SampledVocabularyInitializer(), Placement.BEFORE), options(1))
                .resumeFrom(new ModelFileCheckpoint(file))
                .build()
                .train(OPINIONS)) {
            assertThat(model.method()).isEqualTo("prompt-tuning");
        }
    }

    private AbstractThrowableAssert<?, ?> assertFails(PeftTrainer.Builder<Label> trainer, Path file, String... parts) {
        return assertThatThrownBy(() -> trainer.resumeFrom(new ModelFileCheckpoint(file))
                        .build()
                        .train(OPINIONS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(parts);
    }

    @Test
    void otherSettingsAreAnError() throws IOException {
        LoRA lora = LoRA.builder().rank(2).build();
        Path file = trained(trainer(lora, options(1).keepState()));
        String query = "encoder.layer.0.attention.self.query.lora.A";
        assertFails(trainer(LoRA.builder().rank(3).build(), options(1)), file, "'" + query + "'", "(2, 16)", "(3, 16)");
        assertFails(
                trainer(LoRA.builder().rank(2).alpha(3).build(), options(1)),
                file,
                "other settings",
                "alpha=3",
                "lora.B");
        assertFails(trainer(new BitFit(), options(1)), file, "lora", "BitFit", "missing");
        assertFails(trainer(lora, options(1)).pooling(TextPooling.CLS), file, "MEAN", "CLS");
        assertFails(trainer(lora, options(1)).backbone(new TinyBert(7)), file, "was trained on backbone");
        assertThatThrownBy(() -> PeftTrainer.builder(new LabelHead(0.0, DenseLayer.TANH))
                        .backbone(new TinyBert())
                        .method(lora)
                        .resumeFrom(new ModelFileCheckpoint(file))
                        .build()
                        .train(OPINIONS))
                .hasMessageContainingAll("'dense.bias'", "missing", "(16)");
        PromptTuning prompt = new PromptTuning(3, new SampledVocabularyInitializer(), Placement.BEFORE);
        Path prompted = trained(trainer(prompt, options(1)));
        assertFails(
                trainer(new PromptTuning(3, new SampledVocabularyInitializer(), Placement.NO_POSITION_IDS), options(1)),
                prompted,
                "BEFORE",
                "NO_POSITION_IDS");
        assertFails(
                trainer(new PromptTuning(4, new SampledVocabularyInitializer(), Placement.BEFORE), options(1)),
                prompted,
                "'prompt'",
                "(1, 3, 16)",
                "(1, 4, 16)");
    }

    /** GELU and tanh have the same tensors, but different outputs. */
    @Test
    void otherActivationIsAnError() throws IOException {
        Path file = folder.resolve("dense.tribuo");
        try (PeftModel<Label> model = dense(DenseLayer.TANH).build().train(OPINIONS)) {
            model.serializeToFile(file);
        }
        assertFails(dense(DenseLayer.GELU), file, "TANH", "GELU");
    }

    private static PeftTrainer.Builder<Label> dense(DenseLayer layer) {
        return PeftTrainer.builder(new LabelHead(0.0, layer))
                .developmentFraction(0)
                .backbone(new TinyBert())
                .method(new IA3())
                .options(options(1).build())
                .device("cpu");
    }

    @Test
    void missingLabelsAreAnError() throws IOException {
        Path file = trained(trainer(new IA3(), options(1)));
        Dataset<Label> others =
                Fixtures.dataset(List.of(Fixtures.example("good", "a fine film"), Fixtures.example("so", "a film")));
        assertThatThrownBy(() -> trainer(new IA3(), options(1))
                        .resumeFrom(new ModelFileCheckpoint(file))
                        .build()
                        .train(others))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("so", "good", "bad", file.toString());
    }

    @Test
    void missingCheckpointIsAnError() throws IOException {
        assertFails(trainer(new IA3(), options(1)), folder.resolve("nowhere"), "nowhere");
        Path text = Files.writeString(folder.resolve("text"), "text");
        assertFails(trainer(new IA3(), options(1)), text, text.toString());
    }

    /** The provenance contains the checkpoint, and a trainer that is rebuilt from it resumes from it again. */
    @Test
    void provenanceContainsTheCheckpoint() throws IOException {
        Path file = trained(trainer(new IA3(), options(1).keepState()));
        try (PeftModel<Label> model = trainer(new IA3(), options(1))
                .resumeFrom(new ModelFileCheckpoint(file))
                .build()
                .train(OPINIONS)) {
            assertThat(model.getProvenance().getInstanceProvenance().toString())
                    .contains(PeftTrainer.START_HASH, Fingerprint.sha256(Files.readAllBytes(file)));
            Path copy = folder.resolve("second.tribuo");
            model.serializeToFile(copy);
            try (PeftModel<?> loaded = PeftModel.load(copy);
                    ConfigurationManager manager = new ConfigurationManager()) {
                assertThat(loaded.getProvenance()).isEqualTo(model.getProvenance());
                manager.addConfiguration(ProvenanceUtil.extractConfiguration(
                        loaded.getProvenance().getTrainerProvenance()));
                @SuppressWarnings("unchecked")
                PeftTrainer<Label> again = (PeftTrainer<Label>)
                        manager.lookupAll(PeftTrainer.class).get(0);
                try (PeftModel<Label> repeated = again.train(OPINIONS)) {
                    assertThat(repeated.adapter()).isEqualTo(model.adapter());
                }
            }
        }
    }

    @Test
    void trainingStateIsOptional() throws IOException {
        PeftMethod method = new PromptTuning(20, new SampledVocabularyInitializer(), Placement.BEFORE);
        try (PeftModel<Label> plain = trainer(method, options(1)).build().train(OPINIONS);
                PeftModel<Label> keeping =
                        trainer(method, options(1).keepState()).build().train(OPINIONS)) {
            assertThat(ModelFiles.write(plain.state()).hasTrainingState()).isFalse();
            int without = ModelFiles.write(plain.state()).getSerializedSize();
            int with = ModelFiles.write(keeping.state()).getSerializedSize();
            long values = plain.adapterParameters() + plain.headParameters();
            assertThat(with - without).isBetween((int) (3 * 4 * values), (int) (3 * 4 * values) + 500);
            try (PeftModel<Label> merged = keeping.merged()) {
                assertThat(merged.state().trainingState()).isEmpty();
            }
        }
    }

    @Test
    void averagesMustHaveTheShapesOfTheirTensors() {
        ParameterSet values = new ParameterSet(Map.of("a", Tensor.zeros(2)), Map.of());
        ParameterSet none = new ParameterSet(Map.of(), Map.of());
        for (Map<String, Tensor> wrong : List.of(Map.of("a", Tensor.zeros(3)), Map.of("b", Tensor.zeros(2)))) {
            assertThatThrownBy(() -> new TrainingState(values, none, new ParameterSet(wrong, Map.of()), 1, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(wrong.keySet().iterator().next());
        }
        assertThatThrownBy(() -> new TrainingState(values, none, none, 1, -1)).hasMessageContaining("-1");
    }
}
