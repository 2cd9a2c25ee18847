package io.github.tribuopeft;

import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.method.LabelTextInitializer;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.datasource.ListDataSource;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * Datasets with one text for each label, its description. A {@link PrototypeTrainer} makes a zero-shot classifier of
 * them, which needs no labeled texts.
 */
public final class LabelDescriptions {

    private LabelDescriptions() {}

    /** Returns a dataset in which the words of each label describe it: {@code card arrival} for {@code card_arrival}. */
    public static Dataset<Label> ofNames(SortedSet<String> labels) {
        return of(labels.stream().collect(Collectors.toMap(label -> label, LabelTextInitializer::words)));
    }

    /** Returns a dataset of descriptions by label, such as {@code person} for {@code HUM}. */
    public static Dataset<Label> of(Map<String, String> descriptions) {
        TextExampleExtractor<Label> extractor = new TextExampleExtractor<>();
        List<Example<Label>> examples = new TreeMap<>(descriptions)
                .entrySet().stream()
                        .map(entry -> extractor.extract(new Label(entry.getKey()), entry.getValue()))
                        .toList();
        LabelFactory factory = new LabelFactory();
        return new MutableDataset<>(new ListDataSource<>(
                examples, factory, new SimpleDataSourceProvenance("Descriptions of labels", factory)));
    }
}
