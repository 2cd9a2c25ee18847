package io.github.tribuopeft.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.InferenceOptions;
import io.github.tribuopeft.PeftModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that tasks share. */
class ExecutorModelsTest {

    private static final InferenceOptions OPTIONS = InferenceOptions.DEFAULT.withDevice("cpu");

    @TempDir
    private static Path directory;

    private static ModelContent content;

    @BeforeAll
    static void train() throws IOException {
        Path file = directory.resolve("model.tribuo");
        try (PeftModel<?> model = TinyModels.classifier(1)) {
            model.serializeToFile(file);
        }
        content = ModelContent.of(Files.readAllBytes(file));
    }

    @AfterEach
    void closeAll() {
        ExecutorModels.closeUnused(0);
    }

    /** Returns whether a model predicts. */
    static boolean isOpen(AdaptedModel model) {
        try {
            ((PeftModel<?>) model).predict("the film is good");
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    @Test
    void tasksShareAModelUntilItIsUnused() throws IOException {
        ExecutorModels.Lease first = ExecutorModels.open(content, OPTIONS);
        ExecutorModels.Lease second = ExecutorModels.open(content, OPTIONS);
        AdaptedModel model = first.model();
        assertThat(second.model()).isSameAs(model);
        second.close();
        second.close();
        ExecutorModels.closeUnused(0);
        assertThat(isOpen(model)).isTrue();
        first.close();
        assertThat(isOpen(model)).isTrue();
        try (ExecutorModels.Lease later = ExecutorModels.open(content, OPTIONS)) {
            assertThat(later.model()).isSameAs(model);
        }
        ExecutorModels.closeUnused(0);
        assertThat(isOpen(model)).isFalse();
    }

    @Test
    void modelsUnusedForTheLongestTimeAreClosed() throws IOException {
        List<AdaptedModel> models = new ArrayList<>();
        for (int tokens = 100; tokens < 100 + ExecutorModels.UNUSED + 1; tokens++) {
            try (ExecutorModels.Lease lease = ExecutorModels.open(content, OPTIONS.withBatchTokens(tokens))) {
                models.add(lease.model());
                assertThat(isOpen(lease.model())).isTrue();
            }
        }
        assertThat(models).extracting(ExecutorModelsTest::isOpen).containsExactly(false, true, true);
    }

    @Test
    void otherContentIsRejected() {
        ModelContent other = ModelContent.of("no model".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> ExecutorModels.open(other, OPTIONS)).isInstanceOf(IOException.class);
    }
}
