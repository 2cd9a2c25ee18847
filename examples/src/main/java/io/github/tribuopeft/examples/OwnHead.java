package io.github.tribuopeft.examples;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.ComponentType;
import io.github.tribuopeft.ModelFileRegistry;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.data.TextFileSource;
import io.github.tribuopeft.head.HeadLayer;
import io.github.tribuopeft.head.HeadMetric;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.head.Objective;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.head.OutputPredictor;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.minilm.MiniLm;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedSet;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.MutableDataset;
import org.tribuo.OutputInfo;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;

/**
 * Training with a head of one's own: classification with label smoothing (Szegedy et al. 2016), whose loss lets no
 * probability become 1. The model is saved and loaded again.
 */
public final class OwnHead {

    private OwnHead() {}

    /** Head for labels whose loss is smoothed; everything else is that of {@link LabelHead}. */
    public static final class SmoothedLabelHead implements OutputHead<Label> {

        private final LabelHead head = new LabelHead();

        @Config(description = "Probability that the loss gives to all labels together, [0, 1).")
        private double smoothing = 0.1;

        /** Creates a head with a smoothing of 0.1. Configuration files need this constructor. */
        public SmoothedLabelHead() {}

        /** Creates a head. */
        public SmoothedLabelHead(double smoothing) {
            this.smoothing = smoothing;
        }

        @Override
        public Objective<Label> objective() {
            return new SmoothedCrossEntropy(smoothing);
        }

        @Override
        public HeadLayer layer() {
            return head.layer();
        }

        @Override
        public HeadMetric metric() {
            return head.metric();
        }

        @Override
        public OutputPredictor<Label> predictor() {
            return head.predictor();
        }

        @Override
        public Label unknown() {
            return head.unknown();
        }

        @Override
        public SortedSet<String> names(Label output) {
            return head.names(output);
        }

        @Override
        public void validate(OutputInfo<Label> outputs) {
            head.validate(outputs);
        }

        /** The provenance of the model contains the settings. */
        @Override
        public ConfiguredObjectProvenance getProvenance() {
            return new ConfiguredObjectProvenanceImpl(this, "OutputHead");
        }
    }

    /** Cross-entropy with a distribution that gives the label 1 - s + s / C and the C - 1 others s / C. */
    private record SmoothedCrossEntropy(double smoothing) implements Objective<Label> {

        @Override
        public float[] target(Label output, ImmutableOutputInfo<Label> outputs) {
            return new float[] {outputs.getID(output)};
        }

        @Override
        public NDArray loss(NDArray logits, NDArray targets) {
            int labels = (int) logits.getShape().get(1);
            NDArray ids = targets.get(new NDIndex(":, 0")).toType(DataType.INT64, false);
            NDArray distribution = ids.oneHot(labels).mul(1 - smoothing).add(smoothing / labels);
            return logits.logSoftmax(1).mul(distribution).sum(new int[] {1}).neg();
        }
    }

    /**
     * Runs the example.
     *
     * @param arguments the directory with train.tsv and dev.tsv; the model file to write; the number of epochs
     */
    public static void main(String[] arguments) throws IOException {
        Path data = Path.of(arguments.length > 0 ? arguments[0] : "examples/data/requests");
        Path file = Path.of(arguments.length > 1 ? arguments[1] : "smoothed.tribuo");
        int epochs = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 10;
        // model files create objects of registered classes only
        ModelFileRegistry.register(new ComponentType<>(
                SmoothedLabelHead.class, settings -> new SmoothedLabelHead(settings.number("smoothing", 0.1))));

        PeftTrainer<Label> trainer = PeftTrainer.builder(new SmoothedLabelHead(0.2))
                .backbone(new MiniLm())
                .method(new PrefixTuning())
                .options(TrainingOptions.builder().epochs(epochs).build())
                .build();
        try (PeftModel<Label> model = trainer.train(read(data.resolve("train.tsv")), read(data.resolve("dev.tsv")))) {
            model.serializeToFile(file);
        }
        try (PeftModel<Label> model = PeftModel.load(file).castModel(Label.class)) {
            System.out.println(
                    model.predict("Could you order me a second monitor?").getOutputScores());
        }
    }

    private static MutableDataset<Label> read(Path file) throws IOException {
        return new MutableDataset<>(new TextFileSource<>(file, new LabelFactory()));
    }
}
