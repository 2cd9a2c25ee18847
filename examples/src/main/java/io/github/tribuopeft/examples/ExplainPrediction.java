package io.github.tribuopeft.examples;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.data.TextFileSource;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.minilm.MiniLm;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.explanations.lime.LIMEExplanation;
import org.tribuo.classification.explanations.lime.LIMEText;
import org.tribuo.regression.slm.LARSLassoTrainer;
import org.tribuo.util.tokens.impl.BreakIteratorTokenizer;

/**
 * Explanation of a prediction with Tribuo's LIME (Ribeiro et al. 2016): the words of the text that the prediction
 * depends on. LIME predicts for copies of the text that lack some words, and fits a sparse linear model to the results.
 */
public final class ExplainPrediction {

    private static final int WORDS = 4;

    private ExplainPrediction() {}

    /**
     * Runs the example.
     *
     * @param arguments the directory with train.tsv and dev.tsv; the number of epochs; the number of copies of the text
     */
    public static void main(String[] arguments) throws IOException {
        Path data = Path.of(arguments.length > 0 ? arguments[0] : "examples/data/requests");
        int epochs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        int copies = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 200;
        PeftTrainer<Label> trainer = PeftTrainer.builder(new LabelHead())
                .backbone(new MiniLm())
                .method(new LoRA())
                .options(TrainingOptions.builder().epochs(epochs).build())
                .build();
        String text = "The printer on the second floor prints nothing but blank pages.";

        try (PeftModel<Label> model = trainer.train(read(data.resolve("train.tsv")), read(data.resolve("dev.tsv")))) {
            LIMEText lime = new LIMEText(
                    new SplittableRandom(1),
                    model,
                    new LARSLassoTrainer(WORDS),
                    copies,
                    new TextExampleExtractor<>(),
                    new BreakIteratorTokenizer(Locale.US));
            LIMEExplanation explanation = lime.explain(text);
            System.out.println("prediction: " + explanation.getPrediction().getOutput());
            System.out.println("because of: " + explanation.getActiveFeatures());
        }
    }

    private static MutableDataset<Label> read(Path file) throws IOException {
        return new MutableDataset<>(new TextFileSource<>(file, new LabelFactory()));
    }
}
