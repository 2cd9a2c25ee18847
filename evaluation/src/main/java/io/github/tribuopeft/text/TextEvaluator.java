package io.github.tribuopeft.text;

import java.util.List;
import java.util.stream.StreamSupport;
import org.tribuo.DataSource;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.Prediction;
import org.tribuo.evaluation.Evaluator;
import org.tribuo.provenance.DataProvenance;
import org.tribuo.provenance.EvaluationProvenance;

/**
 * Evaluator of language models: perplexity and bits per byte of the replies of a dataset. It needs a model whose
 * predictions score the reply of an example.
 */
public final class TextEvaluator implements Evaluator<Text, TextEvaluation> {

    /** Creates the evaluator, which has no settings. */
    public TextEvaluator() {}

    @Override
    public TextEvaluation evaluate(Model<Text> model, Dataset<Text> dataset) {
        return evaluate(model, model.predict(dataset), dataset.getProvenance());
    }

    @Override
    public TextEvaluation evaluate(Model<Text> model, DataSource<Text> source) {
        List<Example<Text>> examples =
                StreamSupport.stream(source.spliterator(), false).toList();
        return evaluate(model, model.predict(examples), source.getProvenance());
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if there is no prediction, or a predicted text has no score
     */
    @Override
    public TextEvaluation evaluate(Model<Text> model, List<Prediction<Text>> predictions, DataProvenance provenance) {
        TextLikelihood likelihood = TextLikelihood.of(
                predictions.stream().map(Prediction::getOutput).toList());
        return new TextEvaluation(likelihood, predictions, new EvaluationProvenance(model.getProvenance(), provenance));
    }
}
