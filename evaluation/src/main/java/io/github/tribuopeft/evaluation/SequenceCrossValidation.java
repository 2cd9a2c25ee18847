package io.github.tribuopeft.evaluation;

import com.oracle.labs.mlrg.olcut.util.Pair;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.tribuo.Output;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceEvaluation;
import org.tribuo.sequence.SequenceEvaluator;
import org.tribuo.sequence.SequenceModel;
import org.tribuo.sequence.SequenceTrainer;

/**
 * Stratified k-fold cross-validation of sequence trainers, the counterpart of Tribuo's {@code CrossValidation}. Each
 * fold is the test set of one model, which is trained on all other folds.
 *
 * <pre>{@code
 * List<SpanEvaluation> evaluations = new SequenceCrossValidation<>(
 *                 trainer, data, new SpanEvaluator(), StratifiedSequenceSplitter.ofSpans(seed), 5)
 *         .evaluateAndClose();
 * }</pre>
 *
 * <p>The folds depend on the splitter only and are the same in every run. The trainer trains the folds in sequence and
 * advances its random numbers from fold to fold, as in Tribuo's class. The provenance of each evaluation and model
 * contains its fold, see {@link SplitProvenance}.
 *
 * @param <T> output type
 * @param <E> evaluation type
 */
public final class SequenceCrossValidation<T extends Output<T>, E extends SequenceEvaluation<T>> {

    private final SequenceTrainer<T> trainer;
    private final SequenceDataset<T> data;
    private final SequenceEvaluator<T, E> evaluator;
    private final StratifiedSequenceSplitter<T> splitter;
    private final int folds;

    /**
     * Creates a cross-validation.
     *
     * @param folds number of folds, from 2 to the number of sequences; checked by the methods that run it
     */
    public SequenceCrossValidation(
            SequenceTrainer<T> trainer,
            SequenceDataset<T> data,
            SequenceEvaluator<T, E> evaluator,
            StratifiedSequenceSplitter<T> splitter,
            int folds) {
        this.trainer = trainer;
        this.data = data;
        this.evaluator = evaluator;
        this.splitter = splitter;
        this.folds = folds;
    }

    /** Receives the evaluation and the model of a fold. */
    private interface FoldConsumer<T extends Output<T>, E extends SequenceEvaluation<T>> {
        void accept(E evaluation, SequenceModel<T> model);
    }

    /**
     * Trains and evaluates one model for each fold and returns all models.
     *
     * @return evaluation and model of each fold; the caller closes models that can be closed
     * @throws IllegalArgumentException if the splitter cannot make the folds
     */
    public List<Pair<E, SequenceModel<T>>> evaluate() {
        List<Pair<E, SequenceModel<T>>> results = new ArrayList<>();
        try {
            run((evaluation, model) -> results.add(new Pair<>(evaluation, model)));
        } catch (RuntimeException e) {
            results.forEach(result -> close(result.getB(), e));
            throw e;
        }
        return results;
    }

    /**
     * Trains and evaluates one model for each fold. Closes each model, if it can be closed, before training the next.
     *
     * @return evaluation of each fold
     * @throws IllegalArgumentException if the splitter cannot make the folds
     */
    public List<E> evaluateAndClose() {
        List<E> results = new ArrayList<>();
        run((evaluation, model) -> {
            results.add(evaluation);
            close(model, null);
        });
        return results;
    }

    private void run(FoldConsumer<T, E> consumer) {
        Iterator<TrainTestSplit<SequenceDataset<T>>> splits = splitter.folds(data, folds);
        while (splits.hasNext()) {
            TrainTestSplit<SequenceDataset<T>> split = splits.next();
            SequenceModel<T> model = trainer.train(split.train());
            E evaluation;
            try {
                evaluation = evaluator.evaluate(model, split.test());
            } catch (RuntimeException e) {
                close(model, e);
                throw e;
            }
            consumer.accept(evaluation, model);
        }
    }

    /**
     * Closes a model if it can be closed.
     *
     * @param cause exception that the caller throws; it gets an error of closing as a suppressed exception. Null if there
     *     is none
     */
    private static void close(SequenceModel<?> model, RuntimeException cause) {
        if (model instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                if (cause == null) {
                    throw new IllegalStateException("Cannot close the model of a fold: " + e.getMessage(), e);
                }
                cause.addSuppressed(e);
            }
        }
    }
}
