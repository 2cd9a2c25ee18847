package io.github.tribuopeft.benchmarks;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TokenBatch;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.minilm.MiniLm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.tribuo.MutableDataset;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;

/** Milliseconds of the parts of training and prediction, with 64 texts. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 4)
@Measurement(iterations = 5, time = 4)
public class ModelBenchmark {

    private static final int TEXTS = 64;
    private static final int MAX_LENGTH = 128;

    /** File of questions, see {@link Questions#read}. */
    @Param("")
    private String file;

    private List<String> texts;
    private MutableDataset<Label> dataset;
    private PeftTrainer<Label> trainer;
    private PeftModel<Label> model;
    private Path modelFile;
    private Backbone backbone;
    private TokenBatch batch;

    /** Trains a model and writes its file. */
    @Setup
    public void open() throws IOException {
        texts = Questions.read(file).subList(0, TEXTS);
        dataset = PrefixModels.dataset(texts);
        trainer = PrefixModels.trainer();
        backbone = Backbone.open(new MiniLm(), Device.cpu(), Precision.FP32);
        batch = new TokenBatch(tokenize());
        model = trainer.train(dataset);
        modelFile = Files.createTempFile("model", ".tribuo");
        model.serializeToFile(modelFile);
    }

    /** Frees the model and deletes its file. */
    @TearDown
    public void close() throws IOException {
        model.close();
        backbone.close();
        Files.delete(modelFile);
    }

    /** Tokens of 64 texts. */
    @Benchmark
    public List<TokenSequence> tokenize() {
        return texts.stream()
                .map(text -> backbone.tokenizer().encode(text, MAX_LENGTH))
                .toList();
    }

    /** Hidden states of one batch of 64 texts without an adapter. */
    @Benchmark
    public long forward() {
        return TorchRuntime.withoutGradients(() -> {
            try (NDManager scope = backbone.newManager()) {
                return backbone.forward(scope, batch, Map.of(), VirtualTokens.NONE)
                        .size();
            }
        });
    }

    /** Predictions of 64 texts by a model with a prefix. */
    @Benchmark
    public List<Prediction<Label>> predict() {
        return model.predictAll(texts);
    }

    /** Training run of two steps of 32 texts, with everything around them except loading the backbone. */
    @Benchmark
    public long train() {
        try (PeftModel<Label> trained = trainer.train(dataset)) {
            return trained.adapterParameters();
        }
    }

    /** Reading of a model file. */
    @Benchmark
    public long loadModel() throws IOException {
        try (PeftModel<?> loaded = PeftModel.load(modelFile)) {
            return loaded.adapterParameters();
        }
    }

    /** Loading of the backbone in another precision than the one that is in memory. */
    @Benchmark
    public long loadBackbone() {
        try (Backbone loaded = Backbone.open(new MiniLm(), Device.cpu(), Precision.BF16)) {
            return loaded.parameters();
        }
    }
}
