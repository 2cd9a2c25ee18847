package io.github.tribuopeft.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.MethodContext;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;
import io.github.tribuopeft.training.TrainingListener.TrainingStart;
import io.github.tribuopeft.training.TrainingListener.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.Example;
import org.tribuo.classification.Label;

class TrainingLoopTest {

    private final Backbone backbone = Backbone.open(new TinyBert(), TestDevice.get(), Precision.FP32);
    private final PeftMethod method = new PromptTuning();
    private final LabelHead head = new LabelHead(0.0); // curves are compared to the bit
    private final List<TrainingItem> items = items(32, 1f);

    @AfterEach
    void free() {
        backbone.close();
    }

    private List<TrainingItem> items(int count, float weight) {
        List<TrainingItem> list = new ArrayList<>();
        for (Example<Label> example : Fixtures.opinions(count)) {
            float target = example.getOutput().getLabel().equals("good") ? 0 : 1;
            String text = (String) example.getMetadataValue("text").orElseThrow();
            list.add(new TrainingItem(backbone.tokenizer().encode(text, 28), new float[][] {{target}}, weight));
        }
        return list;
    }

    /** Records all events. */
    private static class RecordingListener implements TrainingListener {
        private final List<String> events = new ArrayList<>();
        private final List<TrainingStep> steps = new ArrayList<>();

        @Override
        public void onStart(TrainingStart start) {
            events.add("start");
        }

        @Override
        public void onStep(TrainingStep step) {
            events.add("step " + step.step() + "/" + step.steps());
            steps.add(step);
        }

        @Override
        public void onEpoch(TrainingEpoch epoch) {
            events.add("epoch " + epoch.epoch() + "/" + epoch.epochs());
        }

        @Override
        public void onEnd(TrainingHistory history) {
            events.add("end");
        }

        List<Double> losses() {
            return steps.stream().map(TrainingStep::loss).toList();
        }
    }

    private record Run(TrainingLoop.Result result, TrainingHistory history) {}

    private Run train(
            TrainingOptions.Builder builder,
            TrainingListener listener,
            List<TrainingItem> list,
            ToDoubleFunction<AdaptedBackbone> development) {
        TrainingOptions options = builder.build();
        SplittableRandom random = new SplittableRandom(9);
        Map<String, Tensor> start =
                method.initialize(new MethodContext(backbone, List.of("good", "bad"), List.of(), random.split()));
        Map<String, Tensor> linear = Map.of(
                "weight",
                RandomTensors.normal(new Shape(2, backbone.dimensions().hidden()), 0.1, random),
                "bias",
                Tensor.zeros(2));
        HistoryRecorder recorder = new HistoryRecorder(
                new TrainingStart(
                        method.name(),
                        list.size(),
                        0,
                        0,
                        options.epochs(),
                        options.stepsPerEpoch(list.size()),
                        0,
                        0,
                        0,
                        head.metric().name(),
                        0),
                listener,
                List.of());
        TrainingPlan plan = TrainingPlan.of(options, list.size(), method, TextPooling.MEAN, head);
        TrainingLoop.Result result = new TrainingLoop(backbone, plan, recorder)
                .train(list, TrainingState.initial(start, linear), development, random.split());
        return new Run(result, recorder.history());
    }

    private RecordingListener record(TrainingOptions.Builder options, List<TrainingItem> list) {
        RecordingListener listener = new RecordingListener();
        train(options, listener, list, null);
        return listener;
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    @Test
    void twoBatchesOfSixteenAreOneOfThirtyTwo() {
        RecordingListener whole = record(Fixtures.options().batchSize(32), items);
        RecordingListener halves = record(Fixtures.options().batchSize(16).accumulation(2), items);
        assertThat(array(halves.losses())).hasSize(8).containsExactly(array(whole.losses()), within(1e-5));
        assertThat(whole.losses().get(7)).isLessThan(whole.losses().get(0));
    }

    @Test
    void unevenBatchesAreWeightedByTheirExamples() {
        RecordingListener whole = record(Fixtures.options().batchSize(32), items);
        RecordingListener parts = record(Fixtures.options().batchSize(12).accumulation(3), items);
        assertThat(array(parts.losses())).containsExactly(array(whole.losses()), within(1e-5));
    }

    @Test
    void weightsScaleTheLoss() {
        RecordingListener once = record(Fixtures.options().batchSize(32).epochs(1), items);
        RecordingListener twice = record(Fixtures.options().batchSize(32).epochs(1), items(32, 2f));
        assertThat(twice.losses().get(0)).isCloseTo(2 * once.losses().get(0), within(1e-5));
        assertThat(twice.steps.get(0).gradientNorm())
                .isCloseTo(2 * once.steps.get(0).gradientNorm(), within(1e-4));
    }

    @Test
    void itemsOfWeightZeroHaveNoGradient() {
        List<TrainingItem> list = items(32, 0f);
        RecordingListener listener = record(Fixtures.options().batchSize(32).epochs(1), list);
        assertThat(listener.losses()).containsExactly(0.0);
        assertThat(listener.steps.get(0).gradientNorm()).isZero();
    }

    @Test
    void listenersReceiveEveryStepAndEpochInOrder() {
        assertThat(record(Fixtures.options().epochs(2).batchSize(8).accumulation(3), items).events)
                .containsExactly(
                        "start", "step 1/4", "step 2/4", "epoch 1/2", "step 3/4", "step 4/4", "epoch 2/2", "end");
    }

    @Test
    void epochLossIsTheMeanOverItsExamples() {
        RecordingListener listener = new RecordingListener();
        TrainingHistory history = train(Fixtures.options().epochs(1).batchSize(24), listener, items, null)
                .history();
        // batches of 24 and 8 in either order
        double[] losses = array(listener.losses());
        double mean = history.epochs().get(0).trainLoss();
        assertThat(List.of((24 * losses[0] + 8 * losses[1]) / 32, (8 * losses[0] + 24 * losses[1]) / 32))
                .anySatisfy(expected -> assertThat(mean).isCloseTo(expected, within(1e-9)));
    }

    /** Predefined development metrics; records the logits of the state at each validation. */
    private final class Script implements ToDoubleFunction<AdaptedBackbone> {
        private final double[] metrics;
        private final List<float[]> answers = new ArrayList<>();

        Script(double... metrics) {
            this.metrics = metrics;
        }

        @Override
        public double applyAsDouble(AdaptedBackbone adapted) {
            answers.add(answer(adapted));
            return metrics[answers.size() - 1];
        }
    }

    private float[] answer(AdaptedBackbone adapted) {
        TokenSequence sequence = backbone.tokenizer().encode("the film is good", 10);
        return adapted.logits(List.of(sequence)).get(0)[0];
    }

    private float[] answer(Run run) {
        try (AdaptedBackbone adapted = new AdaptedBackbone(
                backbone,
                run.result().adapter(),
                TextPooling.MEAN,
                head,
                run.result().head())) {
            return answer(adapted);
        }
    }

    @Test
    void bestStateIsKept() {
        Script script = new Script(0.1, 0.9, 0.2, 0.9, 0.3, 0.4, 0.5, 0.6);
        Run run = train(Fixtures.options(), new RecordingListener(), items, script);
        assertThat(run.history().bestEpoch()).isEqualTo(2); // the first of equals
        assertThat(run.history().epochs().stream().map(TrainingEpoch::best).toList())
                .containsExactly(true, true, false, false, false, false, false, false);
        assertThat(run.history().epochs().stream()
                        .map(TrainingEpoch::developmentMetric)
                        .toList())
                .containsExactly(0.1, 0.9, 0.2, 0.9, 0.3, 0.4, 0.5, 0.6);
        assertThat(answer(run)).containsExactly(script.answers.get(1)).isNotEqualTo(script.answers.get(7));
    }

    @Test
    void keptStateIsThatOfTheBestEpoch() {
        Script script = new Script(0.1, 0.2, 0.9, 0.3, 0.3, 0.3, 0.3, 0.3);
        Run run = train(Fixtures.options().keepState(), new RecordingListener(), items, script);
        TrainingState state = run.result().state().orElseThrow();
        assertThat(state.epochs()).isEqualTo(3);
        assertThat(state.steps()).isEqualTo(3 * 4);
        assertThat(state.parameters().method())
                .isEqualTo(run.result().adapter().tensors()); // a prompt is kept as it is trained
        assertThat(state.parameters().head()).isEqualTo(run.result().head());
        assertThat(train(Fixtures.options(), new RecordingListener(), items, null)
                        .result()
                        .state())
                .isEmpty();
    }

    @Test
    void patienceStopsTrainingAndKeepsTheBestState() {
        Script script = new Script(0.5, 0.7, 0.6, 0.7, 0.6, 0.9, 0.9, 0.9);
        RecordingListener listener = new RecordingListener();
        Run run = train(Fixtures.options().patience(3), listener, items, script);
        assertThat(run.history().epochs()).hasSize(5);
        assertThat(run.history().bestEpoch()).isEqualTo(2);
        assertThat(answer(run)).containsExactly(script.answers.get(1));
        assertThat(listener.events).endsWith("epoch 5/8", "end");
    }

    @Test
    void lastStateIsKeptWithoutDevelopmentSet() {
        TrainingHistory history = train(Fixtures.options().patience(1), new RecordingListener(), items, null)
                .history();
        assertThat(history.epochs()).hasSize(8);
        assertThat(history.bestEpoch()).isEqualTo(8);
        assertThat(history.epochs().get(0).developmentMetric()).isNaN();
    }

    @Test
    void metricOfNanStillGivesAModel() {
        Script script = new Script(Double.NaN, Double.NaN, Double.NaN);
        Run run = train(Fixtures.options().epochs(3), new RecordingListener(), items, script);
        assertThat(run.history().epochs()).hasSize(3);
    }

    /** Interrupts the training thread after a step. */
    @ParameterizedTest
    @ValueSource(ints = {1, 6, 8})
    void interruptStopsAfterTheStep(int stop) {
        RecordingListener listener = new RecordingListener() {
            @Override
            public void onStep(TrainingStep step) {
                super.onStep(step);
                if (step.step() == stop) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        Run run = train(Fixtures.options().epochs(2), listener, items, null);
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(run.result().end()).isEqualTo(TrainingEnd.INTERRUPTED);
        assertThat(run.result().steps()).isEqualTo(stop);
        assertThat(listener.steps).hasSize(stop);
        assertThat(listener.events).endsWith("end");
    }

    @Test
    void interruptStopsValidation() {
        ToDoubleFunction<AdaptedBackbone> interrupted = adapted -> {
            Thread.currentThread().interrupt();
            return answer(adapted)[0];
        };
        Run run = train(Fixtures.options(), new RecordingListener(), items, interrupted);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(run.result().end()).isEqualTo(TrainingEnd.INTERRUPTED);
        assertThat(run.result().steps()).isEqualTo(4);
        assertThat(run.history().epochs()).as("complete epochs").isEmpty();
        assertThat(run.result().bestEpoch()).isEqualTo(1);
    }
}
