package io.github.tribuopeft.benchmarks;

import io.github.tribuopeft.ModelState;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.engine.RandomTensors;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.minilm.MiniLm;
import io.github.tribuopeft.training.TrainingOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** Classifiers of six classes on MiniLM with a prefix of 20 virtual tokens. */
final class PrefixModels {

    private static final int CLASSES = 6;

    private PrefixModels() {}

    /** Returns a dataset of texts with arbitrary labels. */
    static MutableDataset<Label> dataset(List<String> texts) {
        LabelFactory factory = new LabelFactory();
        MutableDataset<Label> dataset =
                new MutableDataset<>(new SimpleDataSourceProvenance("benchmark", factory), factory);
        TextExampleExtractor<Label> extractor = new TextExampleExtractor<>();
        for (int i = 0; i < texts.size(); i++) {
            dataset.add(extractor.extract(new Label("class " + i % CLASSES), texts.get(i)));
        }
        return dataset;
    }

    /** Returns a trainer of one epoch in batches of 32 on all examples, on the CPU. */
    static PeftTrainer<Label> trainer() {
        return PeftTrainer.builder(new LabelHead())
                .backbone(new MiniLm())
                .method(PrefixTuning.builder().virtualTokens(20).build())
                .options(TrainingOptions.builder().epochs(1).batchSize(32).build())
                .developmentFraction(0)
                .device("cpu")
                .build();
    }

    /** Returns a model of the shapes of another one, with random tensors. */
    static PeftModel<Label> random(PeftModel<Label> like, long seed) {
        ModelState<Label> state = like.state();
        SplittableRandom random = new SplittableRandom(seed);
        ModelState<Label> changed = new ModelState<>(
                state.method(),
                state.backbone(),
                new Adapter(random(state.adapter().tensors(), random), like.virtualTokens()),
                state.head(),
                random(state.headTensors(), random),
                state.pooling(),
                state.maxLength(),
                state.precision(),
                state.device(),
                Optional.empty());
        return PeftModel.of(like.getProvenance(), like.getOutputIDInfo(), changed);
    }

    private static Map<String, Tensor> random(Map<String, Tensor> like, SplittableRandom random) {
        Map<String, Tensor> tensors = new TreeMap<>();
        like.forEach((name, tensor) -> tensors.put(name, RandomTensors.normal(tensor.shape(), 0.1, random)));
        return tensors;
    }
}
