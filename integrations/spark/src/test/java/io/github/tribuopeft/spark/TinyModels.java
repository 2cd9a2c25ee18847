package io.github.tribuopeft.spark;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.PeftSequenceTrainer;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.head.MultiLabelHead;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.head.RegressorHead;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBert;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.tribuo.Example;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.classification.Label;
import org.tribuo.datasource.ListDataSource;
import org.tribuo.multilabel.MultiLabel;
import org.tribuo.multilabel.MultiLabelFactory;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;

/** Models on the tiny backbone, one of each task. */
final class TinyModels {

    private static final PrefixTuning METHOD =
            PrefixTuning.builder().virtualTokens(2).build();

    private TinyModels() {}

    static PeftModel<Label> classifier(long seed) {
        return Fixtures.trainer(METHOD).seed(seed).build().train(Fixtures.opinions(16));
    }

    static PeftModel<MultiLabel> topics() {
        return train(
                new MultiLabelHead(),
                new MultiLabelFactory(),
                label -> new MultiLabel(Set.of(new Label("text"), new Label(label))));
    }

    static PeftModel<Regressor> ratings() {
        return train(
                new RegressorHead(),
                new RegressionFactory(),
                label -> new Regressor("rating", label.equals("good") ? 5.0 : 1.0));
    }

    private static <T extends Output<T>> PeftModel<T> train(
            OutputHead<T> head, OutputFactory<T> factory, Function<String, T> output) {
        List<Example<T>> examples = Fixtures.opinions(12).getData().stream()
                .map(opinion -> new TextExampleExtractor<T>()
                        .extract(output.apply(opinion.getOutput().getLabel()), TextExampleExtractor.text(opinion)))
                .toList();
        return PeftTrainer.builder(head)
                .backbone(new TinyBert())
                .method(METHOD)
                .options(Fixtures.options().build())
                .developmentFraction(0)
                .device("cpu")
                .build()
                .train(new MutableDataset<>(
                        new ListDataSource<>(examples, factory, new SimpleDataSourceProvenance("toys", factory))));
    }

    static PeftSequenceModel tagger() {
        return PeftSequenceTrainer.builder()
                .developmentFraction(0)
                .backbone(new TinyBert())
                .method(METHOD)
                .options(Fixtures.options().build())
                .device("cpu")
                .build()
                .train(Fixtures.sentences(16));
    }
}
