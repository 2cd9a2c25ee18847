package io.github.tribuopeft.examples;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.data.TextFileSource;
import io.github.tribuopeft.evaluation.StratifiedSplitter;
import io.github.tribuopeft.evaluation.TrainTestSplit;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.huggingface.HuggingFaceDirectory;
import io.github.tribuopeft.method.LoRA;
import java.io.IOException;
import java.nio.file.Path;
import org.tribuo.Dataset;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.evaluation.LabelEvaluator;

/** Text classification with LoRA on a backbone in a Hugging Face directory: trains, evaluates and saves a model. */
public final class OwnBackbone {

    private OwnBackbone() {}

    /**
     * Runs the example.
     *
     * @param arguments a directory with config.json, model.safetensors and tokenizer.json; a .csv, .tsv or .jsonl
     *     file with the columns label and text; the model file to write
     */
    public static void main(String[] arguments) throws IOException {
        HuggingFaceDirectory backbone = new HuggingFaceDirectory(Path.of(arguments[0]));
        Path file = Path.of(arguments[2]);

        // stratified by label: 60 % training, 20 % development, 20 % test
        MutableDataset<Label> all =
                new MutableDataset<>(new TextFileSource<>(Path.of(arguments[1]), new LabelFactory()));
        TrainTestSplit<Dataset<Label>> split = StratifiedSplitter.ofLabels(1).split(all, 0.8);
        TrainTestSplit<Dataset<Label>> training = StratifiedSplitter.ofLabels(2).split(split.train(), 0.75);

        PeftTrainer<Label> trainer = PeftTrainer.builder(new LabelHead())
                .backbone(backbone)
                .method(new LoRA())
                .build();
        try (PeftModel<Label> model = trainer.train(training.train(), training.test())) {
            System.out.println(new LabelEvaluator().evaluate(model, split.test()));
            model.serializeToFile(file);
        }
    }
}
