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
 * Evaluates taggers by the spans that they find, such as names of persons, where Tribuo's own evaluator counts tokens. Works for every
 * model whose labels are tags as {@link SpanScheme} tells them, and on tags without a model.
 *
 * <pre>{@code
 * SpanEvaluation evaluation = new SpanEvaluator().evaluate(model, test);
 * double f1 = evaluation.microAveragedF1();
 * }</pre>
 *
 * <p>Gold tags need not be among the model's outputs: their spans count as not found.
 *
 * <p>This does not extend {@code AbstractSequenceEvaluator}, which takes the list of metrics from the model's outputs, before it has seen the
 * tags; our types come from the tags.
 */
public final class SpanEvaluator implements SequenceEvaluator<Label, SpanEvaluation> {

    private final SpanScheme reading;

    /** Reads spans as conlleval does. */
    public SpanEvaluator() {
        this(SpanScheme.CONLLEVAL);
    }

    /** Reads spans as {@code reading} tells. */
    public SpanEvaluator(SpanScheme reading) {
        this.reading = Objects.requireNonNull(reading, "An evaluator needs a reading");
    }

    /**
     * Predicts and evaluates.
     *
     * @throws IllegalArgumentException if a tag is none, or if the model does not predict a tag for every token
     */
    @Override
    public SpanEvaluation evaluate(SequenceModel<Label> model, SequenceDataset<Label> dataset) {
        return evaluate(model, dataset.getData(), model.predict(dataset), dataset);
    }

    /**
     * Predicts and evaluates.
     *
     * @throws IllegalArgumentException if a tag is none, or if the model does not predict a tag for every token
     */
    @Override
    public SpanEvaluation evaluate(SequenceModel<Label> model, SequenceDataSource<Label> source) {
        List<SequenceExample<Label>> examples = new ArrayList<>();
        source.forEach(examples::add);
        return evaluate(model, examples, model.predict(examples), source);
    }

    /**
     * Evaluates predictions; the gold tags are those of the examples that they hold.
     *
     * @throws IllegalArgumentException if a tag is none
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
     * Evaluates tags that come from anywhere. The evaluation's provenance is empty.
     *
     * @param gold the tags of each sequence
     * @param predicted as many sequences of the same lengths
     * @throws IllegalArgumentException if the numbers or lengths differ, or a tag is none; the message names the place
     */
    public SpanEvaluation evaluate(List<? extends List<String>> gold, List<? extends List<String>> predicted) {
        EmptyDatasetProvenance nothing = new EmptyDatasetProvenance();
        ModelProvenance noModel = new ModelProvenance(
                SequenceModel.class.getName(), OffsetDateTime.now(), nothing, new EmptyTrainerProvenance());
        return evaluate(gold, predicted, new EvaluationProvenance(noModel, nothing));
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
                    "There are " + gold.size() + " gold sequences, but " + predicted.size() + " predicted ones");
        }
        SpanCounter tally = new SpanCounter(reading);
        for (int i = 0; i < gold.size(); i++) {
            tally.add(gold.get(i), predicted.get(i));
        }
        return new SpanEvaluation(tally, provenance);
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
