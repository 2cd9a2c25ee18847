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

/** From a Hugging Face directory and a table of texts to a classifier that was evaluated and saved. Runs as it stands on every family that can be read. */
public final class OwnBackbone {

    private OwnBackbone() {}

    /**
     * Runs the example.
     *
     * @param arguments a directory with config.json, model.safetensors and tokenizer.json; a .csv or .tsv file with columns label and text, or a .jsonl
     *     file with such keys; where to save the model
     */
    public static void main(String[] arguments) throws IOException {
        HuggingFaceDirectory backbone = new HuggingFaceDirectory(Path.of(arguments[0]));
        Path file = Path.of(arguments[2]);

        // of each label's texts 60 % to train on, 20 % to choose the epoch by, 20 % for the report
        MutableDataset<Label> all =
                new MutableDataset<>(new TextFileSource<>(Path.of(arguments[1]), new LabelFactory()));
        TrainTestSplit<Dataset<Label>> parts = StratifiedSplitter.ofLabels(1).split(all, 0.8);
        TrainTestSplit<Dataset<Label>> seen = StratifiedSplitter.ofLabels(2).split(parts.train(), 0.75);

        PeftTrainer<Label> trainer = PeftTrainer.builder(new LabelHead())
                .backbone(backbone)
                .method(new LoRA())
                .build();
        try (PeftModel<Label> model = trainer.train(seen.train(), seen.test())) {
            System.out.println(new LabelEvaluator().evaluate(model, parts.test()));
            model.serializeToFile(file);
        }
    }
}
