package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Tasks that models are trained for. A new task is a {@link TaskDefinition} and a constant. */
enum Task {
    /** One label for each text. */
    CLASSIFICATION(new ClassificationTask()),
    /** Named entity recognition: one tag for each word. */
    NER(new TaggingTask()),
    /** Any number of labels for each text. */
    MULTI_LABEL(new MultiLabelTask()),
    /** One number, or several named numbers, for each text. */
    REGRESSION(new RegressionTask()),
    /** A reply to each prompt, or plain text. */
    GENERATION(new GenerationTask());

    private final TaskDefinition<?, ?> definition;

    Task(TaskDefinition<?, ?> definition) {
        this.definition = definition;
    }

    /** Returns the name on the command line and in JSON, such as {@code ner}. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns how the task is trained, tested and used. */
    TaskDefinition<?, ?> definition() {
        return definition;
    }

    /**
     * Returns how the task's methods are compared and reported.
     *
     * @param request the command or option that needs it
     * @throws UsageException if comparisons and reports do not support the task
     */
    ComparableTask comparable(String request) {
        return definition
                .comparable()
                .orElseThrow(() -> new UsageException(request + ": task " + id() + " is not supported; expected "
                        + ids(task -> task.definition.comparable().isPresent())));
    }

    /**
     * Finds the task of a model.
     *
     * @throws UsageException if no task has the model's type of output
     */
    static TaskModel<?, ?> bind(AdaptedModel model) {
        return Arrays.stream(values())
                .map(task -> task.bind(task.definition, model))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> new UsageException("--model: the model's outputs are " + model.labels()
                        + ", of a type that no task has; expected a model of " + ids(task -> true)));
    }

    private <D, M extends AdaptedModel> Optional<TaskModel<D, M>> bind(TaskDefinition<D, M> own, AdaptedModel model) {
        return own.cast(model).map(typed -> new TaskModel<>(this, own, typed));
    }

    private static String ids(Predicate<Task> filter) {
        return Arrays.stream(values()).filter(filter).map(Task::id).collect(Collectors.joining(" or "));
    }

    /** Returns {@link #id()}: the command line reads and lists tasks by this name. */
    @Override
    public String toString() {
        return id();
    }
}
