package io.github.tribuopeft.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.tribuo.Dataset;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.dataset.DatasetView;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

class FewShotTest {

    /** Label {@code a} for two of three examples, {@code b} for the others. */
    private static Dataset<Label> data(int size) {
        LabelFactory factory = new LabelFactory();
        MutableDataset<Label> data = new MutableDataset<>(new SimpleDataSourceProvenance("Labels", factory), factory);
        IntStream.range(0, size)
                .forEach(i -> data.add(new ArrayExample<>(
                        new Label(i % 3 == 2 ? "b" : "a"), new String[] {"BIAS"}, new double[] {1})));
        return data;
    }

    private static DatasetView<Label> sample(int shots, long seed) {
        return new FewShot(shots, seed).sample(data(60));
    }

    @Test
    void sampleHasTheShotsOfEachLabel() {
        Map<String, Long> counts = sample(8, 1).getData().stream()
                .collect(Collectors.groupingBy(example -> example.getOutput().getLabel(), Collectors.counting()));
        assertThat(counts).isEqualTo(Map.of("a", 8L, "b", 8L));
        assertThat(sample(8, 1).getExampleIndices()).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void seedsDetermineSamplesAndSamplesOfASeedAreNested() {
        assertThat(sample(8, 1).getExampleIndices()).isEqualTo(sample(8, 1).getExampleIndices());
        assertThat(sample(8, 1).getExampleIndices()).isNotEqualTo(sample(8, 2).getExampleIndices());
        assertThat(sample(16, 1).getExampleIndices()).contains(sample(8, 1).getExampleIndices());
    }

    @Test
    void everyExampleOccursEquallyOften() {
        int[] occurrences = new int[60];
        for (long seed = 0; seed < 2000; seed++) {
            Arrays.stream(sample(5, seed).getExampleIndices()).forEach(i -> occurrences[i]++);
        }
        // binomial: 2000 draws with probability 5/40 or 5/20, within 5 standard deviations
        for (int i = 0; i < occurrences.length; i++) {
            double p = i % 3 == 2 ? 5 / 20.0 : 5 / 40.0;
            assertThat((double) occurrences[i])
                    .as("example " + i)
                    .isBetween(
                            2000 * p - 5 * Math.sqrt(2000 * p * (1 - p)), 2000 * p + 5 * Math.sqrt(2000 * p * (1 - p)));
        }
    }

    @Test
    void tagRepeatsTheSample() {
        DatasetView<Label> sample = sample(4, -7);
        Dataset<Label> repeated = FewShot.repeat(data(60), sample.getTag()).orElseThrow();
        assertThat(((DatasetView<Label>) repeated).getExampleIndices()).isEqualTo(sample.getExampleIndices());
        assertThat(FewShot.repeat(data(60), "Few-shot, 0 per label, seed 1")).isEmpty();
        assertThat(FewShot.repeat(data(60), "bootstrap")).isEmpty();
    }

    @Test
    void hashIsThatOfPositionsAndLabels() {
        // printf '0\ta\n1\ta\n2\tb\n' | sha256sum
        DatasetView<Label> all = new DatasetView<>(data(3), new int[] {0, 1, 2}, "all");
        assertThat(FewShot.sha256(all)).isEqualTo("54232388e5ab4ea06c3b678cbd8ed67a884dd93c26481cebc4a7ce0761b97e28");
        assertThat(FewShot.sha256(sample(4, 1)))
                .isEqualTo(FewShot.sha256(sample(4, 1)))
                .isNotEqualTo(FewShot.sha256(sample(4, 2)));
    }

    @Test
    void tooFewExamplesAreAnError() {
        assertThatThrownBy(() -> new FewShot(21, 1).sample(data(60)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Label 'b' has 20 examples; expected at least 21, the number of shots");
        assertThatThrownBy(() -> new FewShot(0, 1)).hasMessage("The number of shots must be at least 1, but is 0");
    }
}
