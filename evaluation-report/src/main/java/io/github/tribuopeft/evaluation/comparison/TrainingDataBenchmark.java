package io.github.tribuopeft.evaluation.comparison;

import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tribuo.provenance.DatasetProvenance;

/**
 * Benchmark with training, development and test datasets.
 *
 * @param <D> dataset type
 * @param <M> model type
 */
abstract class TrainingDataBenchmark<D extends Provenancable<DatasetProvenance>, M> implements Benchmark<D, M> {

    final D training;
    final D test;
    private final D development;
    private final List<TestItem> items;

    /**
     * Creates a benchmark.
     *
     * @param development data that selects the best epoch, or null
     * @param items test items
     * @throws IllegalArgumentException if the test set contains a word or label that is not valid Unicode, which JSON
     *     files cannot contain
     */
    TrainingDataBenchmark(D training, D development, D test, List<TestItem> items) {
        this.training = training;
        this.development = development;
        this.test = test;
        this.items = items;
        items.forEach(item -> Stream.concat(item.words().stream(), item.gold().stream())
                .forEach(TrainingDataBenchmark::requireUnicode));
    }

    private static void requireUnicode(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException("The test set contains half of a surrogate pair in '"
                    + text.replaceAll("\\p{Cs}", "?") + "', which is not valid Unicode");
        }
    }

    @Override
    public final D development() {
        return development;
    }

    @Override
    public final List<TestItem> items() {
        return items;
    }

    @Override
    public Map<String, String> provenance() {
        Map<String, String> provenance = new LinkedHashMap<>();
        provenance.put("training data", DataDescription.of(training.getProvenance()));
        if (development != null) {
            provenance.put("development data", DataDescription.of(development.getProvenance()));
        }
        provenance.put("test data", DataDescription.of(test.getProvenance()));
        return provenance;
    }
}
