package io.github.tribuopeft.benchmarks;

import io.github.tribuopeft.InferenceOptions;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.minilm.MiniLm;
import io.github.tribuopeft.serving.PromptBank;
import io.github.tribuopeft.serving.PromptBank.Query;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;

/**
 * Bank of {@link PrefixModels} for as many tasks. Each call asks 64 questions, in turn from some of the tasks. With more
 * than 64 tasks, the models of a call are not those of the call before.
 */
final class BankOfTasks implements AutoCloseable {

    static final int ROWS = 64;

    private final List<String> texts;
    private final PromptBank bank;
    private final PeftModel<Label> alone;
    private int next;

    /**
     * Puts random models into a bank.
     *
     * @param file file of questions, see {@link Questions#read}
     */
    BankOfTasks(int tasks, String file) throws IOException {
        texts = Questions.read(file);
        alone = PrefixModels.trainer().train(PrefixModels.dataset(texts.subList(0, ROWS)));
        bank = PromptBank.builder(new MiniLm())
                .options(InferenceOptions.DEFAULT.withDevice("cpu"))
                .open();
        for (int task = 0; task < tasks; task++) {
            try (PeftModel<Label> model = PrefixModels.random(alone, task)) {
                bank.put(name(task), model);
            }
        }
    }

    private static String name(int task) {
        return "task " + task;
    }

    private List<Query> queries(int tasks) {
        List<Query> queries = new ArrayList<>();
        for (int row = 0; row < ROWS; row++, next++) {
            queries.add(new Query(name(next % tasks), texts.get(next % texts.size())));
        }
        return queries;
    }

    /** Predicts all questions in one call. */
    List<Prediction<?>> mixed(int tasks) {
        return bank.predict(queries(tasks));
    }

    /** Predicts the questions of each task in a call of their own. */
    List<Prediction<?>> taskByTask(int tasks) {
        Map<String, List<Query>> byTask = queries(tasks).stream().collect(Collectors.groupingBy(Query::model));
        List<Prediction<?>> predictions = new ArrayList<>();
        byTask.values().forEach(ofTask -> predictions.addAll(bank.predict(ofTask)));
        return predictions;
    }

    /** Predicts all questions with one model, without the bank. */
    List<Prediction<Label>> withoutBank() {
        return alone.predictAll(queries(1).stream().map(Query::text).toList());
    }

    @Override
    public void close() {
        bank.close();
        alone.close();
    }
}
