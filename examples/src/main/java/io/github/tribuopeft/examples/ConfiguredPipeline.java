package io.github.tribuopeft.examples;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.json.JsonConfigFactory;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.data.TextFileSource;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.evaluation.LabelEvaluator;

/**
 * Training and evaluation from a configuration file of OLCUT, in XML or JSON. The file names the data, the backbone,
 * the method and all settings; the program has none. Open only configuration files that you trust: OLCUT creates
 * objects of every class that a file names.
 */
public final class ConfiguredPipeline {

    private ConfiguredPipeline() {}

    /**
     * Runs the example.
     *
     * @param arguments the configuration file; the directory of the data and the number of epochs, which replace those
     *     of the file
     */
    @SuppressWarnings("unchecked") // the file says which outputs the components have
    public static void main(String[] arguments) {
        ConfigurationManager.addFileFormatFactory(new JsonConfigFactory());
        String file = arguments.length > 0 ? arguments[0] : "examples/config/requests.xml";
        try (ConfigurationManager configuration = new ConfigurationManager(file)) {
            if (arguments.length > 1) {
                configuration.setGlobalProperty("data", arguments[1]);
            }
            if (arguments.length > 2) {
                configuration.setGlobalProperty("epochs", arguments[2]);
            }
            PeftTrainer<Label> trainer = (PeftTrainer<Label>) configuration.lookup("trainer");
            TextFileSource<Label> train = (TextFileSource<Label>) configuration.lookup("train");
            TextFileSource<Label> test = (TextFileSource<Label>) configuration.lookup("test");

            try (PeftModel<Label> model = trainer.train(new MutableDataset<>(train))) {
                System.out.println(trainer);
                System.out.println("accuracy: "
                        + new LabelEvaluator()
                                .evaluate(model, new MutableDataset<>(test))
                                .accuracy());
            }
        }
    }
}
