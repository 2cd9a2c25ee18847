package io.github.tribuopeft.method;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.testing.Fixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.tribuo.Example;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.evaluation.LabelEvaluator;

class CaseEmbeddingTest {

    private static final List<String> THINGS = List.of("film", "movie", "book", "song", "plot", "cast");

    /** Texts with the same tokens, in which only capitals differ between the labels. */
    private static MutableDataset<Label> shouted() {
        List<Example<Label>> examples = new ArrayList<>();
        for (String thing : THINGS) {
            for (String text : List.of("the " + thing + " is good", "this " + thing + " was bad")) {
                examples.add(Fixtures.example("calm", text));
                examples.add(Fixtures.example("loud", text.replace(thing, thing.toUpperCase(Locale.ROOT))));
            }
        }
        return Fixtures.dataset(examples);
    }

    private static double accuracy(PeftMethod method) {
        MutableDataset<Label> data = shouted();
        try (PeftModel<Label> model = Fixtures.trainer(method)
                .options(Fixtures.options()
                        .epochs(12)
                        .batchSize(4)
                        .learningRate(1e-2)
                        .build())
                .build()
                .train(data)) {
            return new LabelEvaluator().evaluate(model, data).accuracy();
        }
    }

    @Test
    void separatesTextsThatDifferInCapitalsOnly() {
        assertThat(accuracy(new LoRA())).isEqualTo(0.5);
        assertThat(accuracy(new Combination("cased", List.of(new LoRA(), new CaseEmbedding()))))
                .isEqualTo(1.0);
    }
}
