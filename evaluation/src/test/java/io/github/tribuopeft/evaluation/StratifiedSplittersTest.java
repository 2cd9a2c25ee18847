package io.github.tribuopeft.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.evaluation.LabelEvaluation;
import org.tribuo.classification.evaluation.LabelEvaluator;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;
import org.tribuo.dataset.DatasetView;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.DatasetProvenance;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.sequence.SequenceDataset;

class StratifiedSplittersTest {

    private static Map<String, Integer> entities(SequenceDataset<Label> data) {
        Map<String, Integer> counts = new HashMap<>();
        data.forEach(sequence -> Strata.spans(SpanScheme.CONLLEVAL)
                .counts()
                .apply(sequence)
                .forEach((type, n) -> counts.merge(type, n, Integer::sum)));
        return counts;
    }

    private static List<Integer> numbers(SequenceDataset<Label> data) {
        return data.getData().stream().map(Sentences::number).toList();
    }

    private static void roundTrip(DatasetProvenance provenance) {
        assertThat(ProvenanceUtil.unmarshalProvenance(ProvenanceUtil.marshalProvenance(provenance)))
                .isEqualTo(provenance);
    }

    /** Examples with the given labels, numbered in their metadata. */
    private static Dataset<Label> flat(List<String> labels) {
        LabelFactory factory = new LabelFactory();
        MutableDataset<Label> data = new MutableDataset<>(new SimpleDataSourceProvenance("Labels", factory), factory);
        for (int i = 0; i < labels.size(); i++) {
            data.add(new ArrayExample<>(
                    new Label(labels.get(i)),
                    new String[] {"BIAS", "L=" + labels.get(i)},
                    new double[] {1, 1},
                    Map.of("Number", i)));
        }
        return data;
    }

    /** Returns each label as often as given. */
    private static List<String> labels(Map<String, Integer> counts) {
        return new TreeMap<>(counts)
                .entrySet().stream()
                        .flatMap(entry -> Collections.nCopies(entry.getValue(), entry.getKey()).stream())
                        .toList();
    }

    private static Map<String, Long> labels(Dataset<Label> data) {
        return StreamSupport.stream(data.spliterator(), false)
                .collect(Collectors.groupingBy(example -> example.getOutput().getLabel(), Collectors.counting()));
    }

    private static List<Integer> numbers(Dataset<Label> data) {
        return StreamSupport.stream(data.spliterator(), false)
                .map(example -> (Integer) example.getMetadataValue("Number").orElseThrow())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.7, 0.8, 0.9})
    void sharesOfEntities(double share) {
        for (long seed = 0; seed < 20; seed++) {
            SequenceDataset<Label> data = Sentences.dataset(200, seed);
            TrainTestSplit<SequenceDataset<Label>> split =
                    StratifiedSequenceSplitter.ofSpans(seed).split(data, share);
            assertThat(split.train().size()).isEqualTo((int) Math.round(200 * share));
            Map<String, Integer> train = entities(split.train());
            entities(data).forEach((type, n) -> assertThat((double) train.get(type))
                    .as("%s of %d", type, n)
                    .isBetween(n * share - 1, n * share + 1));
            List<Integer> all = new ArrayList<>(numbers(split.train()));
            all.addAll(numbers(split.test()));
            assertThat(all).containsExactlyInAnyOrderElementsOf(numbers(data));
        }
    }

    @Test
    void sharesOfEntitiesInFolds() {
        SequenceDataset<Label> data = Sentences.dataset(203, 3);
        Map<String, Integer> all = entities(data);
        Iterator<TrainTestSplit<SequenceDataset<Label>>> folds =
                StratifiedSequenceSplitter.ofSpans(5).folds(data, 5);
        int count = 0;
        while (folds.hasNext()) {
            TrainTestSplit<SequenceDataset<Label>> split = folds.next();
            count++;
            assertThat(split.test().size()).isBetween(40, 41);
            assertThat(split.train().size() + split.test().size()).isEqualTo(203);
            Map<String, Integer> test = entities(split.test());
            all.forEach((type, n) -> assertThat(test.get(type)).as(type).isBetween(n / 5 - 1, n / 5 + 2));
        }
        assertThat(count).isEqualTo(5);
    }

    @Test
    void partsDependOnTheSeed() {
        SequenceDataset<Label> data = Sentences.dataset(100, 1);
        List<Integer> once =
                numbers(StratifiedSequenceSplitter.ofSpans(1).split(data, 0.8).test());
        assertThat(numbers(
                        StratifiedSequenceSplitter.ofSpans(1).split(data, 0.8).test()))
                .isEqualTo(once);
        assertThat(numbers(
                        StratifiedSequenceSplitter.ofSpans(2).split(data, 0.8).test()))
                .isNotEqualTo(once);
    }

    @Test
    void examplesKeepMetadataAndOrder() {
        SequenceDataset<Label> data = Sentences.dataset(50, 1);
        data.getExample(3).setWeight(2.5f);
        TrainTestSplit<SequenceDataset<Label>> split =
                StratifiedSequenceSplitter.ofSpans(1).split(data, 0.6);
        for (SequenceDataset<Label> side : List.of(split.train(), split.test())) {
            side.forEach(sentence -> {
                assertThat(sentence).isSameAs(data.getExample(Sentences.number(sentence)));
                sentence.forEach(token ->
                        assertThat(token.getMetadataValue(Example.NAME)).isPresent());
            });
            assertThat(numbers(side)).isSorted();
        }
    }

    @Test
    void trainingPartHasNoFeaturesOfTheTestPart() {
        SequenceDataset<Label> data = Sentences.dataset(List.of(
                Sentences.sentence(0, List.of("Ada"), List.of("B-PER")),
                Sentences.sentence(1, List.of("Pelican"), List.of("B-SHIP"))));
        TrainTestSplit<SequenceDataset<Label>> split =
                StratifiedSequenceSplitter.ofSpans(1).split(data, 0.5);
        assertThat(split.train().getOutputs()).hasSize(1);
        assertThat(split.train().getFeatureMap().size()).isEqualTo(2);
    }

    @Test
    void provenance() {
        SequenceDataset<Label> data = Sentences.dataset(30, 1);
        StratifiedSequenceSplitter<Label> splitter = StratifiedSequenceSplitter.ofSpans(9);
        TrainTestSplit<SequenceDataset<Label>> split = splitter.split(data, 0.8);
        roundTrip(split.train().getProvenance());
        roundTrip(split.test().getProvenance());
        assertThat(split.test().getSourceProvenance())
                .isEqualTo(new SplitProvenance(
                        StratifiedSequenceSplitter.class.getName(),
                        data.getProvenance(),
                        "spans, CONLLEVAL",
                        9,
                        0.8,
                        0,
                        0,
                        0,
                        "test"));
        TrainTestSplit<SequenceDataset<Label>> fold = splitter.folds(data, 3).next();
        roundTrip(fold.train().getProvenance());
        assertThat(fold.train().getSourceProvenance()).isNotEqualTo(fold.test().getSourceProvenance());
    }

    @Test
    void partsOfExamplesAreRepeatedFromTheirTags() {
        Dataset<Label> data = flat(List.of("a", "b", "a", "b", "a", "b", "c", "c", "c", "a"));
        StratifiedSplitter<Label> splitter = StratifiedSplitter.ofLabels(7);
        TrainTestSplit<Dataset<Label>> split = splitter.split(data, 0.7);
        Iterator<TrainTestSplit<Dataset<Label>>> folds = splitter.folds(data, 3);
        folds.next();
        TrainTestSplit<Dataset<Label>> second = folds.next();
        for (Dataset<Label> part :
                List.of(split.train(), split.test(), second.train(), second.test(), splitter.sample(data, 4))) {
            String tag = ((DatasetView<Label>) part).getTag();
            assertThat(StratifiedSplitter.repeat(data, tag))
                    .hasValueSatisfying(
                            repeated -> assertThat(repeated.getData()).isEqualTo(part.getData()));
        }
        assertThat(StratifiedSplitter.repeat(data, "TrainFold(seed=1,0 of 5)")).isEmpty();
        assertThat(StratifiedSplitter.repeat(data, "Stratified half, strata label, seed 7, train"))
                .isEmpty();
        assertThat(StratifiedSplitter.repeat(data, "Stratified fold 0 of 3, strata own, seed 7, train"))
                .isEmpty();
        assertThatThrownBy(() -> StratifiedSplitter.repeat(data, "Stratified fold 3 of 3, strata label, seed 7, train"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[0, 3), but is 3");
    }

    @Test
    void partsOfSequencesAreRepeatedFromTheirProvenance() {
        SequenceDataset<Label> data = Sentences.dataset(30, 1);
        StratifiedSequenceSplitter<Label> splitter = StratifiedSequenceSplitter.ofSpans(9);
        for (SequenceDataset<Label> part : List.of(
                splitter.split(data, 0.8).test(), splitter.folds(data, 3).next().train(), splitter.sample(data, 11))) {
            roundTrip(part.getProvenance());
            assertThat(StratifiedSequenceSplitter.repeat(data, (SplitProvenance) part.getSourceProvenance()))
                    .hasValueSatisfying(
                            repeated -> assertThat(repeated.getData()).isEqualTo(part.getData()));
        }
    }

    @Test
    void stratifiesByTokenLabel() {
        SequenceDataset<Label> data = Sentences.dataset(40, 1);
        TrainTestSplit<SequenceDataset<Label>> split =
                new StratifiedSequenceSplitter<>(Strata.tokenLabels(), 1).split(data, 0.5);
        assertThat(split.train().getOutputs()).isEqualTo(split.test().getOutputs());
        assertThat(((SplitProvenance) split.train().getSourceProvenance()).strata())
                .isEqualTo("token labels");
    }

    @Test
    void sharesOfLabels() {
        List<String> labels = IntStream.range(0, 200)
                .mapToObj(i -> i < 3 ? "rare" : i < 40 ? "some" : "many")
                .toList();
        Dataset<Label> data = flat(labels);
        TrainTestSplit<Dataset<Label>> split = StratifiedSplitter.ofLabels(1).split(data, 0.8);
        assertThat(labels(split.train())).isEqualTo(Map.of("rare", 2L, "some", 30L, "many", 128L));
        assertThat(labels(split.test())).isEqualTo(Map.of("rare", 1L, "some", 7L, "many", 32L));
        roundTrip(split.train().getProvenance());

        List<Integer> tested = new ArrayList<>();
        Iterator<TrainTestSplit<Dataset<Label>>> folds =
                StratifiedSplitter.ofLabels(1).folds(data, 4);
        while (folds.hasNext()) {
            TrainTestSplit<Dataset<Label>> fold = folds.next();
            roundTrip(fold.test().getProvenance());
            tested.addAll(numbers(fold.test()));
            assertThat(fold.test().size()).isEqualTo(50);
            assertThat(labels(fold.test()).get("some")).isBetween(9L, 10L);
            assertThat(numbers(fold.train())).doesNotContainAnyElementsOf(numbers(fold.test()));
        }
        assertThat(tested).containsExactlyInAnyOrderElementsOf(numbers(data));
    }

    @Test
    void labelEvaluatorAcceptsAllLabels() {
        Dataset<Label> data = flat(List.of("a", "a", "a", "b", "b", "b", "c"));
        List<LabelEvaluation> evaluations = new ArrayList<>();
        StratifiedSplitter.ofLabels(1)
                .folds(data, 3)
                .forEachRemaining(fold -> evaluations.add(new LabelEvaluator()
                        .evaluate(new LogisticRegressionTrainer().train(fold.train()), fold.test())));
        assertThat(evaluations).hasSize(3);
    }

    /** With 4 examples and a test share of 10 %, the test part's share is less than half an example. */
    @Test
    void labelsWithFewExamplesOccurInBothParts() {
        for (int count = 2; count <= 9; count++) {
            Dataset<Label> data = flat(labels(Map.of("rare", count, "frequent", 100 - count)));
            for (long seed = 0; seed < 10; seed++) {
                TrainTestSplit<Dataset<Label>> split =
                        StratifiedSplitter.ofLabels(seed).split(data, 0.9);
                assertThat(labels(split.test())).isEqualTo(Map.of("rare", 1L, "frequent", 9L));
                assertThat(labels(split.train())).isEqualTo(Map.of("rare", count - 1L, "frequent", 91L - count));
            }
        }
    }

    /** 10 labels and 10 test examples: only a test part with one example of each label is valid. */
    @Test
    void findsTheOnlyValidSplit() {
        Map<String, Integer> counts = new TreeMap<>();
        IntStream.range(0, 5).forEach(i -> counts.put("small" + i, 4));
        IntStream.range(0, 5).forEach(i -> counts.put("large" + i, 16));
        TrainTestSplit<Dataset<Label>> split = StratifiedSplitter.ofLabels(1).split(flat(labels(counts)), 0.9);
        assertThat(labels(split.test())).hasSize(10).allSatisfy((label, n) -> assertThat(n)
                .isOne());
    }

    @Test
    void rejectsPartsThatAreTooSmallForAllLabels() {
        Map<String, Integer> counts = new TreeMap<>();
        IntStream.range(0, 20).forEach(i -> counts.put("label " + i, 5));
        StratifiedSplitter<Label> splitter = StratifiedSplitter.ofLabels(1);
        assertThatThrownBy(() -> splitter.split(flat(labels(counts)), 0.9))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "Stratum 'label \\d+' occurs in 5 examples, but part 2 of 2 is too small to contain one of"
                                + " them: its size is 10, and 20 strata must occur in it; use larger parts or fewer"
                                + " folds");
        assertThat(splitter.sample(flat(labels(counts)), 10).size()).isEqualTo(10);
    }

    @Test
    void everyFoldContainsEachLabelWithEnoughExamples() {
        Dataset<Label> data = flat(labels(Map.of("five", 5, "four", 4, "many", 31)));
        List<Map<String, Long>> tests = new ArrayList<>();
        StratifiedSplitter.ofLabels(3).folds(data, 5).forEachRemaining(fold -> tests.add(labels(fold.test())));
        assertThat(tests).hasSize(5).allSatisfy(test -> assertThat(test).containsEntry("five", 1L));
        assertThat(tests).filteredOn(test -> test.containsKey("four")).hasSize(4);
    }

    @Test
    void rejectsRareStrataOnRequest() {
        Dataset<Label> data = flat(labels(Map.of("five", 5, "four", 4, "one", 1)));
        StratifiedSplitter<Label> splitter = new StratifiedSplitter<>(Strata.label(), 1, RareStrata.REJECT);
        assertThatThrownBy(() -> splitter.folds(data, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Each stratum needs at least 5 examples, one for each part; strata with fewer examples:"
                        + " 'four' (4), 'one' (1)");
        assertThatThrownBy(() -> splitter.split(data, 0.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("fewer examples: 'one' (1)");
        assertThat(StratifiedSplitter.ofLabels(1).folds(data, 5)).toIterable().hasSize(5);
    }

    /** Sentences contain several entity types, so one swap can affect several types. */
    @Test
    void entityTypesWithFewSentencesOccurInBothParts() {
        for (long seed = 0; seed < 50; seed++) {
            SequenceDataset<Label> data = Sentences.dataset(40, seed);
            TrainTestSplit<SequenceDataset<Label>> split =
                    StratifiedSequenceSplitter.ofSpans(seed).split(data, 0.95);
            assertThat(split.test().size()).isEqualTo(2);
            assertThat(entities(split.test())).containsOnlyKeys("EVENT", "LOC", "PER");
            assertThat(entities(split.train())).containsOnlyKeys("EVENT", "LOC", "PER");
        }
    }

    @Test
    void samplesMayBeTooSmallForRareLabels() {
        Dataset<Label> data = flat(labels(Map.of("rare", 3, "some", 37, "many", 160)));
        Dataset<Label> sample = StratifiedSplitter.ofLabels(1).sample(data, 10);
        assertThat(labels(sample)).isEqualTo(Map.of("some", 2L, "many", 8L));
        roundTrip(sample.getProvenance());
    }

    @Test
    void singleExamplesOfEachLabel() {
        List<String> labels = IntStream.range(0, 20).mapToObj(i -> "l" + i).toList();
        TrainTestSplit<Dataset<Label>> split = StratifiedSplitter.ofLabels(1).split(flat(labels), 0.8);
        assertThat(split.train().size()).isEqualTo(16);
        assertThat(split.test().size()).isEqualTo(4);
    }

    @Test
    void rejectsSizesOutOfRange() {
        Dataset<Label> data = flat(List.of("a", "b", "a"));
        StratifiedSplitter<Label> splitter = StratifiedSplitter.ofLabels(1);
        for (double share : new double[] {0, 1, -0.1, Double.NaN}) {
            assertThatThrownBy(() -> splitter.split(data, share))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("The training share must be in (0, 1), but is " + share);
        }
        for (int folds : new int[] {1, 4}) {
            assertThatThrownBy(() -> splitter.folds(data, folds))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("The number of folds must be in [2, 3], from two to the number of examples, but is "
                            + folds);
        }
        assertThatThrownBy(() -> splitter.split(flat(List.of("a")), 0.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A split needs at least 2 examples, but the dataset contains 1");
        for (int size : new int[] {0, 3}) {
            assertThatThrownBy(() -> splitter.sample(data, size))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("The size of a sample must be in [1, 3), but is " + size);
        }
        assertThat(splitter.split(data, 0.01).train().size()).isOne();
        assertThat(splitter.split(data, 0.99).test().size()).isOne();
    }
}
