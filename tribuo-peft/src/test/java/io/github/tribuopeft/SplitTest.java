package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.github.tribuopeft.data.WordExamples;
import io.github.tribuopeft.head.Decoding;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.head.TokenF1;
import io.github.tribuopeft.method.LinearProbe;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.testing.Warnings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tribuo.Example;
import org.tribuo.classification.Label;
import org.tribuo.sequence.SequenceExample;

/** Held-out examples: the fraction, the labels in both parts, and the errors. */
class SplitTest {

    private static final TextTask<Label> TEXTS = new TextTask<>(new LabelHead(), null);
    private static final TaggingTask WORDS = new TaggingTask(new LabelHead(), Decoding.LEGAL, new TokenF1());

    private static List<Example<Label>> examples(int good, int bad) {
        List<Example<Label>> examples = new ArrayList<>();
        for (int i = 0; i < good + bad; i++) {
            examples.add(Fixtures.example(i < good ? "good" : "bad", "text " + i));
        }
        return examples;
    }

    private static Split<Example<Label>> split(List<Example<Label>> examples, double fraction) {
        return Split.holdOut(examples, TEXTS, fraction, new SplittableRandom(1));
    }

    private static Map<String, Integer> counts(List<Example<Label>> examples) {
        Map<String, Integer> counts = new TreeMap<>();
        examples.forEach(example -> counts.merge(example.getOutput().getLabel(), 1, Integer::sum));
        return counts;
    }

    @ParameterizedTest
    @CsvSource({
        "100, 20, 0.1, 10, 2", // the fraction of each label
        "100, 4, 0.1, 10, 1", // 0.4 of an example rounds to none
        "100, 2, 0.01, 1, 1",
        "2, 2, 0.9, 1, 1", // training keeps an example of each label
        "2, 2, 1e-9, 1, 1"
    })
    void bothPartsContainEveryLabel(int good, int bad, double fraction, int goodHeld, int badHeld) {
        Split<Example<Label>> split = split(examples(good, bad), fraction);
        assertThat(counts(split.development())).isEqualTo(Map.of("good", goodHeld, "bad", badHeld));
        assertThat(counts(split.training())).isEqualTo(Map.of("good", good - goodHeld, "bad", bad - badHeld));
        assertThat(Stream.of(split.training(), split.development()).flatMap(List::stream))
                .containsExactlyInAnyOrderElementsOf(examples(good, bad));
    }

    @Test
    void fractionOfZeroHoldsOutNothing() {
        assertThat(split(examples(3, 1), 0).development()).isEmpty();
    }

    @Test
    void labelWithOneExampleStaysInTraining() {
        List<String> warnings = Warnings.of(Split.class, () -> {
            Split<Example<Label>> split = split(examples(30, 1), 0.1);
            assertThat(counts(split.training())).isEqualTo(Map.of("good", 27, "bad", 1));
            assertThat(counts(split.development())).isEqualTo(Map.of("good", 3));
        });
        assertThat(warnings).singleElement(STRING).contains("'bad'", "too few examples", "development set");
    }

    @Test
    void modelKnowsALabelWithOneExample() {
        List<String> warnings = Warnings.of(Split.class, () -> {
            try (PeftModel<Label> model = Fixtures.trainer(new LinearProbe())
                    .developmentFraction(0.1)
                    .build()
                    .train(Fixtures.dataset(examples(30, 1)))) {
                assertThat(model.labels()).containsExactlyInAnyOrder("good", "bad");
                assertThat(model.history().orElseThrow().start().developmentExamples())
                        .isEqualTo(3);
            }
        });
        assertThat(warnings).hasSize(1);
    }

    /** Labels of one example each, as in a first try. */
    @Test
    void trainingWithoutExamplesToHoldOutKeepsTheLastEpoch() {
        List<String> warnings = Warnings.of(Split.class, () -> {
            try (PeftModel<Label> model = PeftTrainer.builder(new LabelHead())
                    .backbone(new TinyBert())
                    .method(new LinearProbe())
                    .build()
                    .train(Fixtures.dataset(examples(1, 1)))) {
                assertThat(model.history().orElseThrow().start().developmentExamples())
                        .isZero();
                assertThat(model.history().orElseThrow().bestEpoch()).isEqualTo(3);
            }
        });
        assertThat(warnings).singleElement(STRING).contains("No example can be held out of 2", "last epoch");
    }

    @Test
    void emptyDevelopmentSetIsAnError() {
        assertThatThrownBy(() -> Fixtures.trainer(new LinearProbe())
                        .build()
                        .train(Fixtures.opinions(4), Fixtures.dataset(List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("development set", "no examples");
    }

    private static SequenceExample<Label> sentence(String... tags) {
        return WordExamples.of(
                Stream.of(tags).map(tag -> "word").toList(),
                Stream.of(tags).map(Label::new).toList());
    }

    /** The tag sets of all sentences differ, so that no stratum has an example to hold out. */
    @Test
    void developmentSetContainsEveryEntityType() {
        List<SequenceExample<Label>> sentences = List.of(
                sentence("O"),
                sentence("B-A"),
                sentence("B-A", "I-A"),
                sentence("O", "B-A"),
                sentence("B-A", "B-B"),
                sentence("O", "B-A", "B-B"));
        Split<SequenceExample<Label>> split = Split.holdOut(sentences, WORDS, 0.2, new SplittableRandom(1));
        assertThat(split.development().stream().flatMap(sentence -> WORDS.labels(sentence).stream()))
                .contains("A", "B");
        assertThat(split.training().stream().flatMap(sentence -> WORDS.labels(sentence).stream()))
                .contains("A", "B");
    }

    @Test
    void entityTypeInOneSentenceStaysInTraining() {
        List<SequenceExample<Label>> sentences = List.of(sentence("B-A"), sentence("B-A"), sentence("B-B", "B-B"));
        List<String> warnings = Warnings.of(Split.class, () -> {
            Split<SequenceExample<Label>> split = Split.holdOut(sentences, WORDS, 0.5, new SplittableRandom(1));
            assertThat(split.training()).hasSize(2).contains(sentences.get(2));
        });
        assertThat(warnings).singleElement(STRING).contains("entities of type 'B'");
    }

    @Test
    void warningNamesFiveLabels() {
        List<Example<Label>> examples = new ArrayList<>(examples(10, 0));
        for (int i = 1; i <= 7; i++) {
            examples.add(Fixtures.example("rare" + i, "text"));
        }
        assertThat(Warnings.of(Split.class, () -> split(examples, 0.1)))
                .singleElement(STRING)
                .contains("'rare1'", "'rare5' and 2 more")
                .doesNotContain("'rare6'");
    }

    @Test
    void sentencesWithoutEntitiesAreHeldOutIfThereAreEnough() {
        List<SequenceExample<Label>> sentences = List.of(sentence("O"), sentence("O"));
        assertThat(Split.holdOut(sentences, WORDS, 0.5, new SplittableRandom(1)).development())
                .hasSize(1);
        assertThat(Warnings.of(
                        Split.class, () -> assertThat(Split.holdOut(sentences, WORDS, 0.1, new SplittableRandom(1))
                                        .development())
                                .isEmpty()))
                .singleElement(STRING)
                .contains("0.1", "larger fraction");
    }
}
