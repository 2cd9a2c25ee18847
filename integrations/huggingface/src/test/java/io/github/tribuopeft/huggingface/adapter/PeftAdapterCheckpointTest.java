package io.github.tribuopeft.huggingface.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.DenseLayer;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.huggingface.Golden;
import io.github.tribuopeft.huggingface.HuggingFaceDirectory;
import io.github.tribuopeft.huggingface.safetensors.Safetensors;
import io.github.tribuopeft.huggingface.safetensors.SafetensorsFile;
import io.github.tribuopeft.method.IA3;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.PTuning;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixReparameterization;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.method.PromptNetwork;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.method.SampledVocabularyInitializer;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBertDirectory;
import io.github.tribuopeft.training.LearningRateDecay;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.Dataset;
import org.tribuo.classification.Label;

/** Training that resumes from an exported adapter. */
class PeftAdapterCheckpointTest {

    private static final Dataset<Label> OPINIONS = Fixtures.opinions(20);

    @TempDir
    private Path folder;

    private HuggingFaceDirectory backbone;
    private Path adapter;

    @BeforeEach
    void backbone() throws IOException {
        backbone = new HuggingFaceDirectory(TinyBertDirectory.write(folder.resolve("tiny")));
        adapter = folder.resolve("adapter");
    }

    private PeftTrainer.Builder<Label> trainer(PeftMethod method, LabelHead head, TextPooling pooling, int epochs) {
        return PeftTrainer.builder(head)
                .developmentFraction(0)
                .pooling(pooling)
                .backbone(backbone)
                .method(method)
                .options(options(epochs).keepState().build())
                .device("cpu");
    }

    private PeftTrainer.Builder<Label> trainer(PeftMethod method, int epochs) {
        return trainer(method, new LabelHead(0.1), TextPooling.MEAN, epochs);
    }

    private static TrainingOptions.Builder options(int epochs) {
        return Fixtures.options()
                .epochs(epochs)
                .decay(LearningRateDecay.CONSTANT)
                .warmup(0);
    }

    private void export(PeftTrainer.Builder<Label> trainer) throws IOException {
        try (PeftModel<Label> model = trainer.build().train(OPINIONS)) {
            PeftAdapterDirectory.write(model, "tiny", adapter);
        }
    }

    static Stream<PeftMethod> methods() {
        return Stream.of(
                new PromptTuning(3, new SampledVocabularyInitializer(), Placement.BEFORE),
                new PTuning(3, PromptNetwork.MLP, 7, Placement.BEFORE),
                new PTuning(3, PromptNetwork.LSTM, 5, Placement.BEFORE),
                new PrefixTuning(),
                PrefixTuning.builder()
                        .reparameterization(new PrefixReparameterization(5))
                        .build(),
                LoRA.builder().rank(3).alpha(5).build(),
                new IA3());
    }

    /** One epoch, an export, and another epoch give exactly the result of two epochs. */
    @ParameterizedTest
    @MethodSource("methods")
    void sameAsWithoutInterruption(PeftMethod method) throws IOException {
        export(trainer(method, 1));
        assertResumes(trainer(method, 2), trainer(method, 1));
    }

    /** The same for an adapter with a classifier of transformers. */
    @Test
    void sameAsWithoutInterruptionForSeqCls() throws IOException {
        LoRA lora = LoRA.builder().rank(3).alpha(5).build();
        LabelHead head = new LabelHead(0.1, DenseLayer.TANH);
        export(trainer(lora, head, TextPooling.CLS, 1));
        assertThat(PeftAdapterDirectory.open(adapter).task()).isEqualTo("SEQ_CLS");
        assertResumes(trainer(lora, head, TextPooling.CLS, 2), trainer(lora, head, TextPooling.CLS, 1));
    }

    private void assertResumes(PeftTrainer.Builder<Label> both, PeftTrainer.Builder<Label> one) throws IOException {
        Path file = folder.resolve("second.tribuo");
        try (PeftModel<Label> whole = both.build().train(OPINIONS);
                PeftModel<Label> second = one.resumeFrom(new PeftAdapterCheckpoint(adapter))
                        .build()
                        .train(OPINIONS)) {
            assertThat(second.state().trainingState())
                    .isEqualTo(whole.state().trainingState())
                    .isPresent();
            assertThat(second.adapter()).isEqualTo(whole.adapter());
            assertThat(second.state().headTensors()).isEqualTo(whole.state().headTensors());
            second.serializeToFile(file);
        }
        try (PeftModel<?> loaded = PeftModel.load(file)) {
            assertThat(loaded.getProvenance().getInstanceProvenance().toString())
                    .contains(PeftTrainer.START_HASH, new PeftAdapterCheckpoint(adapter).sha256());
        }
    }

    /**
     * Training can resume from an adapter without state, as PEFT writes it, if the method's parameters can be
     * recovered.
     */
    @Test
    void withoutState() throws IOException {
        PTuning network = new PTuning(3, PromptNetwork.MLP, 7, Placement.BEFORE);
        exportWithoutState(new PromptTuning(3, new SampledVocabularyInitializer(), Placement.BEFORE));
        try (PeftModel<Label> model = trainer(
                        new PromptTuning(3, new SampledVocabularyInitializer(), Placement.BEFORE), 1)
                .resumeFrom(new PeftAdapterCheckpoint(adapter))
                .build()
                .train(OPINIONS)) {
            assertThat(model.state().trainingState().orElseThrow().epochs()).isEqualTo(1);
        }
        exportWithoutState(network);
        assertThatThrownBy(() -> trainer(network, 1)
                        .resumeFrom(new PeftAdapterCheckpoint(adapter))
                        .build()
                        .train(OPINIONS))
                .hasMessageContainingAll("the network of P-tuning", "training.keepState", "prompt-tuning");
    }

    private void exportWithoutState(PeftMethod method) throws IOException {
        export(trainer(method, 1).options(options(1).build()));
        assertThat(new Golden(adapter).names(PeftAdapterDirectory.TENSORS))
                .noneMatch(name -> name.startsWith("tribuo_state"));
    }

    @Test
    void damagedState() throws IOException {
        export(trainer(new IA3(), 1));
        Path file = adapter.resolve(PeftAdapterDirectory.TENSORS);
        Map<String, Tensor> tensors = new HashMap<>();
        Map<String, String> metadata = new HashMap<>(SafetensorsFile.open(file).metadata());
        Golden files = new Golden(adapter);
        files.names(PeftAdapterDirectory.TENSORS)
                .forEach(name -> tensors.put(name, files.tensor(PeftAdapterDirectory.TENSORS, name)));
        String mean = "tribuo_state.first.method.encoder.layer.0.output.dense.scale.in";
        assertThat(tensors).containsKey(mean);
        Tensor valid = tensors.put(mean, Tensor.zeros(3));
        Safetensors.write(file, tensors, metadata);
        assertImportFails(file, "encoder.layer.0.output.dense.scale.in", "(3)", "(32)");
        tensors.put(mean, valid);
        tensors.put("tribuo_state.third.method.x", Tensor.zeros(3));
        Safetensors.write(file, tensors, metadata);
        assertImportFails(file, "not understood", "tribuo_state.third.method.x");
        for (String wrong : new String[] {"{\"epochs\":-1,\"steps\":3}", "{", "{\"epochs\":\"x\"}"}) {
            metadata.put("tribuo_state", wrong);
            Safetensors.write(file, tensors, metadata);
            assertImportFails(file, "tribuo_state");
        }
    }

    private void assertImportFails(Path file, String... parts) {
        assertThatThrownBy(() -> {
                    try (AdaptedModel model = PeftAdapterDirectory.open(adapter).model(backbone)) {
                        model.labels();
                    }
                })
                .isInstanceOf(AdapterException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContainingAll(parts);
    }
}
