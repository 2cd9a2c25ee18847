package io.github.tribuopeft.evaluation;

import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.tribuo.Example;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.provenance.DataProvenance;
import org.tribuo.provenance.EvaluationProvenance;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.provenance.impl.EmptyDatasetProvenance;
import org.tribuo.provenance.impl.EmptyTrainerProvenance;
import org.tribuo.sequence.SequenceDataSource;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceEvaluator;
import org.tribuo.sequence.SequenceExample;
import org.tribuo.sequence.SequenceModel;

/**
 * Span-level evaluator of taggers, such as named-entity recognizers. Tribuo's {@code LabelSequenceEvaluator} evaluates
 * single tokens. This evaluator accepts all models whose labels are tags of a {@link SpanScheme}, and tags without a
 * model.
 *
 * <pre>{@code
 * SpanEvaluation evaluation = new SpanEvaluator().evaluate(model, test);
 * double f1 = evaluation.microAveragedF1();
 * }</pre>
 *
 * <p>Gold tags that the model does not have are allowed: their spans are missed.
 *
 * <p>This class does not extend {@code AbstractSequenceEvaluator}, which derives the metrics from the model's outputs.
 * Here the types come from the gold and predicted tags.
 */
public final class SpanEvaluator implements SequenceEvaluator<Label, SpanEvaluation> {

    private final SpanScheme scheme;

    /** Creates an evaluator with the scheme {@link SpanScheme#CONLLEVAL}. */
    public SpanEvaluator() {
        this(SpanScheme.CONLLEVAL);
    }

    /** Creates an evaluator with a scheme. */
    public SpanEvaluator(SpanScheme scheme) {
        this.scheme = Objects.requireNonNull(scheme, "scheme must not be null");
    }

    /**
     * Predicts and evaluates.
     *
     * @throws IllegalArgumentException if a tag is invalid, or if the model does not predict a tag for every token
     */
    @Override
    public SpanEvaluation evaluate(SequenceModel<Label> model, SequenceDataset<Label> dataset) {
        return evaluate(model, dataset.getData(), model.predict(dataset), dataset);
    }

    /**
     * Predicts and evaluates.
     *
     * @throws IllegalArgumentException if a tag is invalid, or if the model does not predict a tag for every token
     */
    @Override
    public SpanEvaluation evaluate(SequenceModel<Label> model, SequenceDataSource<Label> source) {
        List<SequenceExample<Label>> examples = new ArrayList<>();
        source.forEach(examples::add);
        return evaluate(model, examples, model.predict(examples), source);
    }

    /**
     * Evaluates predictions. The gold tags are those of the predictions' examples.
     *
     * @throws IllegalArgumentException if a tag is invalid
     */
    @Override
    public SpanEvaluation evaluate(
            SequenceModel<Label> model, List<List<Prediction<Label>>> predictions, DataProvenance data) {
        List<List<String>> gold = predictions.stream()
                .map(sequence ->
                        goldTags(sequence.stream().map(Prediction::getExample).toList()))
                .toList();
        return evaluate(gold, predictedTags(predictions), new EvaluationProvenance(model.getProvenance(), data));
    }

    /**
     * Evaluates raw tags. The provenance of the evaluation is empty.
     *
     * @param gold gold tags of each sequence
     * @param predicted predicted tags of each sequence
     * @throws IllegalArgumentException if the numbers or lengths of sequences differ, or a tag is invalid; the message
     *     names the sequence and position
     */
    public SpanEvaluation evaluate(List<? extends List<String>> gold, List<? extends List<String>> predicted) {
        EmptyDatasetProvenance noData = new EmptyDatasetProvenance();
        ModelProvenance noModel = new ModelProvenance(
                SequenceModel.class.getName(), OffsetDateTime.now(), noData, new EmptyTrainerProvenance());
        return evaluate(gold, predicted, new EvaluationProvenance(noModel, noData));
    }

    private SpanEvaluation evaluate(
            SequenceModel<Label> model,
            List<SequenceExample<Label>> examples,
            List<List<Prediction<Label>>> predictions,
            Provenancable<? extends DataProvenance> data) {
        List<List<String>> gold = examples.stream().map(SpanEvaluator::goldTags).toList();
        return evaluate(
                gold,
                predictedTags(predictions),
                new EvaluationProvenance(model.getProvenance(), data.getProvenance()));
    }

    private SpanEvaluation evaluate(
            List<? extends List<String>> gold,
            List<? extends List<String>> predicted,
            EvaluationProvenance provenance) {
        if (gold.size() != predicted.size()) {
            throw new IllegalArgumentException(
                    "There are " + gold.size() + " gold sequences, but " + predicted.size() + " predicted sequences");
        }
        SpanCounter counter = new SpanCounter(scheme);
        for (int i = 0; i < gold.size(); i++) {
            counter.add(gold.get(i), predicted.get(i));
        }
        return new SpanEvaluation(counter, provenance);
    }

    private static List<List<String>> predictedTags(List<List<Prediction<Label>>> predictions) {
        return predictions.stream()
                .map(sequence -> sequence.stream()
                        .map(prediction -> prediction.getOutput().getLabel())
                        .toList())
                .toList();
    }

    private static List<String> goldTags(Iterable<Example<Label>> sequence) {
        return StreamSupport.stream(sequence.spliterator(), false)
                .map(example -> example.getOutput().getLabel())
                .toList();
    }
}
