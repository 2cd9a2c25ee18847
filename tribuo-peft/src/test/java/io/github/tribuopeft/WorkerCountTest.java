package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.BottleneckAdapter;
import io.github.tribuopeft.method.BottleneckAdapter.Position;
import io.github.tribuopeft.method.FullFineTuning;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.PTuning;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.method.PromptNetwork;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.method.TextPrefixInitializer;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;
import io.github.tribuopeft.training.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.Dataset;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.sequence.SequenceDataset;

/** Training and predictions have the same bits with any number of worker threads. */
class WorkerCountTest {

    private static final int[] MORE = {2, 3, 7};

    /** The last step of an epoch has one batch of 5 instead of two of 8. */
    private static final Dataset<Label> OPINIONS = Fixtures.opinions(21);

    private static final SequenceDataset<Label> SENTENCES = Fixtures.sentences(21);

    private final int before = TorchRuntime.workers();

    @AfterEach
    void restore() {
        TorchRuntime.setThreads(before);
    }

    /** Everything that a training run computes. */
    private record Outcome(Object adapter, Object head, Object state, List<Double> losses, List<Double> scores) {}

    static List<PeftMethod> methods() {
        return List.of(
                PrefixTuning.builder()
                        .virtualTokens(3)
                        .initializer(new TextPrefixInitializer())
                        .dropout(0.1)
                        .build(),
                new PromptTuning(),
                LoRA.builder().rank(2).dropout(0.2).build(),
                new PTuning(3, PromptNetwork.MLP, 7, Placement.BEFORE),
                new PTuning(3, PromptNetwork.LSTM, 5, Placement.BEFORE),
                new BottleneckAdapter(4, Position.HOULSBY, 1),
                new FullFineTuning());
    }

    private static TrainingOptions options() {
        return Fixtures.options()
                .epochs(2)
                .batchSize(8)
                .microBatch(3)
                .accumulation(2)
                .keepState()
                .build();
    }

    private static Outcome outcome(AdaptedModel model, List<Double> scores) {
        return new Outcome(
                model.adapter(),
                model.state().headTensors(),
                model.state().trainingState().orElseThrow(),
                model.history().orElseThrow().epochs().stream()
                        .map(TrainingEpoch::trainLoss)
                        .toList(),
                scores);
    }

    private static void assertSameBits(Supplier<Outcome> training) {
        TorchRuntime.setThreads(1);
        Outcome expected = training.get();
        for (int workers : MORE) {
            TorchRuntime.setThreads(workers);
            assertThat(training.get()).as("%d workers", workers).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void textsHaveTheSameBits(PeftMethod method) {
        assertSameBits(() -> {
            try (PeftModel<Label> model = PeftTrainer.builder(new LabelHead(0.3))
                    .backbone(new TinyBert())
                    .method(method)
                    .options(options())
                    .developmentFraction(0.2)
                    .build()
                    .train(OPINIONS)) {
                return outcome(model, scores(model.predict(OPINIONS)));
            }
        });
    }

    @Test
    void taggersHaveTheSameBits() {
        assertSameBits(() -> {
            try (PeftSequenceModel model = PeftSequenceTrainer.builder()
                    .backbone(new TinyBert())
                    .method(PrefixTuning.builder().virtualTokens(3).dropout(0.1).build())
                    .options(options())
                    .developmentFraction(0.2)
                    .build()
                    .train(SENTENCES)) {
                List<Double> scores = new ArrayList<>();
                model.predict(SENTENCES).forEach(words -> scores.addAll(scores(words)));
                return outcome(model, scores);
            }
        });
    }

    private static List<Double> scores(List<Prediction<Label>> predictions) {
        List<Double> scores = new ArrayList<>();
        for (Prediction<Label> prediction : predictions) {
            Map<String, Label> own = prediction.getOutputScores();
            own.keySet().stream()
                    .sorted()
                    .forEach(name -> scores.add(own.get(name).getScore()));
        }
        return scores;
    }
}
