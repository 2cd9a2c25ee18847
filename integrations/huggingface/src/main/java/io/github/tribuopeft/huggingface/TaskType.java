package io.github.tribuopeft.huggingface;

import java.util.Arrays;

/** What an adapter is for, by PEFT's names. */
enum TaskType {
    /** One label for a text. */
    SEQ_CLS(false),
    /** A label for each token. */
    TOKEN_CLS(false),
    /** Hidden states. */
    FEATURE_EXTRACTION(true),
    /** The next token. */
    CAUSAL_LM(false);

    private final boolean bare;

    TaskType(boolean bare) {
        this.bare = bare;
    }

    /** Whether the model for the task is the backbone itself, whose modules have no prefix. */
    boolean isBare() {
        return bare;
    }

    /** Whether the model for the task has a classifier. */
    boolean isClassifier() {
        return this == SEQ_CLS || this == TOKEN_CLS;
    }

    static TaskType of(AdapterConfig config) {
        String name = config.text("task_type", "null");
        return Arrays.stream(values())
                .filter(task -> task.name().equals(name))
                .findFirst()
                .orElseThrow(() -> config.wrong("task_type", "one of " + Arrays.toString(values())));
    }
}
