package io.github.tribuopeft.examples;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.data.TextFileSource;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.MethodContext;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.minilm.MiniLm;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.evaluation.LabelEvaluator;

/**
 * Training with a method of one's own: BitFit restricted to the biases of some linear layers (Ben Zaken et al. 2022,
 * section 4, find that those of the queries and of the intermediate layer are enough).
 */
public final class OwnMethod {

    private OwnMethod() {}

    /**
     * Trains copies of the biases whose names contain a text. An entry of an adapter that has the name of a weight
     * replaces the weight, so the trained tensors are the adapter as they are.
     */
    public static final class SomeBiases implements PeftMethod {

        @Config(description = "Text that the names of the trained biases contain.")
        private String layer = ".query.";

        /** Trains the biases of the queries. */
        public SomeBiases() {}

        /** Trains the biases whose names contain a text. */
        public SomeBiases(String layer) {
            this.layer = layer;
        }

        @Override
        public String name() {
            return "some-biases";
        }

        @Override
        public double defaultLearningRate() {
            return 1e-2;
        }

        @Override
        public VirtualTokens virtualTokens() {
            return VirtualTokens.NONE;
        }

        @Override
        public Map<String, Tensor> initialize(MethodContext context) {
            Backbone backbone = context.backbone();
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (String name : new TreeSet<>(backbone.architecture().weights().keySet())) {
                if (name.endsWith(".bias") && name.contains(layer)) {
                    tensors.put(name, backbone.weight(name));
                }
            }
            if (tensors.isEmpty()) {
                throw new IllegalArgumentException("The backbone has no bias whose name contains '" + layer + "'");
            }
            return tensors;
        }

        /** The provenance of the model contains the settings. */
        @Override
        public ConfiguredObjectProvenance getProvenance() {
            return new ConfiguredObjectProvenanceImpl(this, "PeftMethod");
        }

        @Override
        public String toString() {
            return "SomeBiases(layer=" + layer + ")";
        }
    }

    /**
     * Runs the example.
     *
     * @param arguments the directory with train.tsv, dev.tsv and test.tsv; the number of epochs
     */
    public static void main(String[] arguments) throws IOException {
        Path data = Path.of(arguments.length > 0 ? arguments[0] : "examples/data/requests");
        int epochs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        for (String layer : new String[] {".query.", ".intermediate."}) {
            PeftTrainer<Label> trainer = PeftTrainer.builder(new LabelHead())
                    .backbone(new MiniLm())
                    .method(new SomeBiases(layer))
                    .options(TrainingOptions.builder().epochs(epochs).build())
                    .build();
            try (PeftModel<Label> model =
                    trainer.train(read(data.resolve("train.tsv")), read(data.resolve("dev.tsv")))) {
                System.out.println(layer + ": " + model.adapterParameters() + " values, accuracy "
                        + new LabelEvaluator()
                                .evaluate(model, read(data.resolve("test.tsv")))
                                .accuracy());
            }
        }
    }

    private static MutableDataset<Label> read(Path file) throws IOException {
        return new MutableDataset<>(new TextFileSource<>(file, new LabelFactory()));
    }
}
