package io.github.tribuopeft.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.tribuopeft.InferenceOptions;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.backbone.LinearLayer.Role;
import io.github.tribuopeft.method.Combination;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyArchitectures;
import io.github.tribuopeft.testing.TinyBackbone;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.Example;
import org.tribuo.Excuse;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;

class PredictionExplainerTest {

    private static final String[] NEUTRAL = {
        "the", "film", "movie", "book", "song", "plot", "cast", "city", "river", "is", "and", "new"
    };

    static Stream<Arguments> familiesAndMethods() {
        return Stream.concat(
                TinyArchitectures.families().stream().map(family -> Arguments.of(family, new PrefixTuning())),
                Stream.of(
                        Arguments.of("bert", new PromptTuning()),
                        Arguments.of("llama", new PromptTuning()),
                        Arguments.of("gpt2", new LoRA())));
    }

    @ParameterizedTest
    @MethodSource("familiesAndMethods")
    void integratedGradientsAreComplete(String family, PeftMethod method) {
        MutableDataset<Label> opinions = Fixtures.opinions(8);
        try (PeftModel<Label> model = Fixtures.trainer(method)
                        .backbone(new TinyBackbone(family))
                        .build()
                        .train(opinions);
                PredictionExplainer explainer = new PredictionExplainer(model, InferenceOptions.DEFAULT)) {
            TextAttribution attribution = explainer.explain("the plot of the book was bad");
            double difference = attribution.logit() - attribution.baseline();
            assertThat(attribution.completenessError())
                    .as("with " + attribution.points() + " points for " + difference)
                    .isCloseTo(0, within(1e-3 * Math.max(1, Math.abs(difference))));
            assertThat(attribution.virtualTokens())
                    .hasSize(model.virtualTokens().count());
            assertThat(String.join(
                            "",
                            attribution.tokens().stream().map(Attribution::name).toList()))
                    .isEqualToIgnoringWhitespace("the plot of the book was bad".replace(" ", ""));
        }
    }

    /** Returns a text of 5 to 9 neutral words, and between them the word that decides the label unless it is empty. */
    private static Example<Label> planted(String decisive, SplittableRandom random) {
        List<String> words = new ArrayList<>();
        int length = random.nextInt(5, 10);
        for (int i = 0; i < length; i++) {
            words.add(NEUTRAL[random.nextInt(NEUTRAL.length)]);
        }
        if (!decisive.isEmpty()) {
            words.add(random.nextInt(length + 1), decisive);
        }
        return Fixtures.example(decisive.isEmpty() ? "neutral" : decisive, String.join(" ", words));
    }

    /** Returns texts with each of the decisive words in turn. */
    private static List<Example<Label>> planted(int count, SplittableRandom random, String... decisive) {
        return IntStream.range(0, count)
                .mapToObj(i -> planted(decisive[i % decisive.length], random))
                .toList();
    }

    /** Virtual tokens, and changes of all layers with which the tiny backbone learns the task completely. */
    static List<PeftMethod> methods() {
        PeftMethod layers = LoRA.builder().rank(4).targets(Role.values()).build();
        return List.of(
                new Combination("prompt", List.of(new PromptTuning(), layers)),
                new Combination("prefix", List.of(new PrefixTuning(), layers)));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void theWordThatDecidesTheLabelHasTheLargestContribution(PeftMethod method) {
        SplittableRandom random = new SplittableRandom(1);
        // without neutral texts, one of the words may decide nothing: its label is that of texts without the other word
        MutableDataset<Label> training = Fixtures.dataset(planted(192, random, "good", "bad", ""));
        List<Example<Label>> test = planted(40, random, "good", "bad");
        try (PeftModel<Label> model = Fixtures.trainer(method)
                        .options(Fixtures.options().epochs(24).build())
                        .build()
                        .train(training);
                PredictionExplainer explainer = new PredictionExplainer(model, InferenceOptions.DEFAULT)) {
            int byGradients = 0;
            int byLeavingOut = 0;
            for (Example<Label> example : test) {
                TextAttribution attribution = explainer.explain(example);
                String decisive = example.getOutput().getLabel();
                assertThat(attribution.label()).isEqualTo(decisive);
                byGradients +=
                        decisive.equals(largest(attribution, Comparator.comparing(Attribution::integratedGradients)))
                                ? 1
                                : 0;
                byLeavingOut +=
                        decisive.equals(largest(attribution, Comparator.comparing(Attribution::leaveOneOut))) ? 1 : 0;
            }
            assertThat(byGradients).isGreaterThanOrEqualTo(38); // 95 %
            assertThat(byLeavingOut).isGreaterThanOrEqualTo(38);
        }
    }

    private static String largest(TextAttribution attribution, Comparator<Attribution> order) {
        return attribution.tokens().stream().max(order).orElseThrow().name();
    }

    @Test
    void excusesContainTheContributions() {
        MutableDataset<Label> opinions = Fixtures.opinions(8);
        try (PeftModel<Label> model =
                        Fixtures.trainer(new PrefixTuning()).build().train(opinions);
                PredictionExplainer explainer = new PredictionExplainer(model, InferenceOptions.DEFAULT)) {
            Excuse<Label> excuse = explainer.excuse(opinions.getExample(0));
            String label = excuse.getPrediction().getOutput().getLabel();
            assertThat(excuse.excuse(label))
                    .extracting(pair -> pair.getA())
                    .contains("the", "film", "token 0")
                    .hasSize(4 + 20);
        }
    }

    @Test
    void equalValuesHaveTheirMeanRank() {
        double[] a = {1, 2, 2, 5, 3};
        double[] b = {2, 1, 4, 4, 9};
        // numpy.corrcoef([0, 1.5, 1.5, 4, 3], [1, 0, 2.5, 2.5, 4])
        assertThat(RankCorrelation.of(a, b)).isCloseTo(0.60526316, within(1e-8));
    }
}
