package io.github.tribuopeft.huggingface.adapter;

import java.util.Arrays;

/** Task of an adapter, by its name in PEFT. */
enum TaskType {
    /** Classification of texts. */
    SEQ_CLS(false),
    /** Classification of tokens. */
    TOKEN_CLS(false),
    /** Hidden states. */
    FEATURE_EXTRACTION(true),
    /** Prediction of the next token. */
    CAUSAL_LM(false);

    private final boolean bare;

    TaskType(boolean bare) {
        this.bare = bare;
    }

    /** Returns whether the model for the task is the backbone itself, whose modules do not have a prefix. */
    boolean isBare() {
        return bare;
    }

    /** Returns whether the model for the task has a classifier. */
    boolean isClassifier() {
        return this == SEQ_CLS || this == TOKEN_CLS;
    }

    /**
     * Returns the task of a configuration.
     *
     * @throws AdapterException if it is not supported
     */
    static TaskType of(AdapterConfig config) {
        String name = config.text("task_type", "null");
        return Arrays.stream(values())
                .filter(task -> task.name().equals(name))
                .findFirst()
                .orElseThrow(() -> config.wrong("task_type", "one of " + Arrays.toString(values())));
    }
}
