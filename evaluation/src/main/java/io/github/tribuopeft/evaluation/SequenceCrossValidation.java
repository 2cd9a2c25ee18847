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
 * Tribuo's {@code CrossValidation}, for sequences, and with stratified folds: each fold is tested on once, by a model that is trained on all
 * the others.
 *
 * <pre>{@code
 * List<SpanEvaluation> evaluations = new SequenceCrossValidation<>(
 *                 trainer, data, new SpanEvaluator(), StratifiedSequenceSplitter.ofSpans(seed), 5)
 *         .evaluateAndClose();
 * }</pre>
 *
 * <p>Folds depend on the splitter alone and are the same in every run. The trainer trains them one after the other, and what it draws at
 * random moves on with each, as with Tribuo's class. The provenance of each evaluation and model holds its fold, see {@link SplitProvenance}.
 *
 * @param <T> the output type
 * @param <E> the evaluation type
 */
public final class SequenceCrossValidation<T extends Output<T>, E extends SequenceEvaluation<T>> {

    private final SequenceTrainer<T> trainer;
    private final SequenceDataset<T> data;
    private final SequenceEvaluator<T, E> evaluator;
    private final StratifiedSequenceSplitter<T> splitter;
    private final int folds;

    /**
     * A cross-validation.
     *
     * @param folds from 2 to the number of sequences, checked when it runs
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

    /** Does something with a fold's model while it is there. */
    private interface FoldResult<T extends Output<T>, E extends SequenceEvaluation<T>> {
        void accept(E evaluation, SequenceModel<T> model);
    }

    /**
     * Trains and tests, and keeps all models.
     *
     * @return the evaluation and the model of each fold; models that can be closed are the caller's to close
     * @throws IllegalArgumentException if the number of folds is out of range
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
     * Trains and tests, and lets each model go before the next is trained: those that can be closed are closed.
     *
     * @return the evaluation of each fold
     * @throws IllegalArgumentException if the number of folds is out of range
     */
    public List<E> evaluateAndClose() {
        List<E> results = new ArrayList<>();
        run((evaluation, model) -> {
            results.add(evaluation);
            close(model, null);
        });
        return results;
    }

    private void run(FoldResult<T, E> result) {
        Iterator<SequenceSplit<T>> splits = splitter.folds(data, folds);
        while (splits.hasNext()) {
            SequenceSplit<T> split = splits.next();
            SequenceModel<T> model = trainer.train(split.train());
            E evaluation;
            try {
                evaluation = evaluator.evaluate(model, split.test());
            } catch (RuntimeException e) {
                close(model, e);
                throw e;
            }
            result.accept(evaluation, model);
        }
    }

    /** @param cause what is on its way already, or null */
    private static void close(SequenceModel<?> model, RuntimeException cause) {
        if (model instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                if (cause == null) {
                    throw new IllegalStateException("A fold's model could not be closed", e);
                }
                cause.addSuppressed(e);
            }
        }
    }
}
