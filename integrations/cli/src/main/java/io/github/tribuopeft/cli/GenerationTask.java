package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.PeftTextModel;
import io.github.tribuopeft.PeftTextTrainer;
import io.github.tribuopeft.text.Text;
import io.github.tribuopeft.text.TextEvaluator;
import io.github.tribuopeft.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.tribuo.Dataset;

/** Language modeling: a reply to each prompt, or plain text. */
final class GenerationTask implements TaskDefinition<Dataset<Text>, PeftTextModel> {

    @Override
    public TaskComponents components() {
        return new TaskComponents(PeftTextTrainer.class, Map.of());
    }

    @Override
    public TaskTrainer<Dataset<Text>, PeftTextModel> trainer(
            TrainerConfiguration configuration, TrainingListener listener) {
        PeftTextTrainer trainer = configuration.trainer(PeftTextTrainer.class);
        trainer.setListener(listener);
        return new TaskTrainer<>(
                trainer::train,
                trainer::train,
                trainer::setCheckpoints,
                () -> trainer.getProvenance().toString(),
                trainer.toString());
    }

    @Override
    public Optional<PeftTextModel> cast(AdaptedModel model) {
        return model instanceof PeftTextModel text ? Optional.of(text) : Optional.empty();
    }

    @Override
    public Dataset<Text> read(DataOptions options, Path file) throws IOException {
        return options.readReplies(file);
    }

    /** Returns an empty set: texts have no labels. */
    @Override
    public SortedSet<String> outputs(PeftTextModel model) {
        return Collections.emptySortedSet();
    }

    @Override
    public void requireKnownOutputs(DataOptions options, Path file, Collection<String> known) {}

    @Override
    public void warmUp(PeftTextModel model, Dataset<Text> data) {
        model.predict(data.getExample(0));
    }

    @Override
    public TaskResults test(PeftTextModel model, Dataset<Text> data) {
        return new GenerationResults(new TextEvaluator().evaluate(model, data));
    }

    /** {@inheritDoc} A language model predicts no output of a text. */
    @Override
    public List<Map<String, Object>> predict(PeftTextModel model, List<String> texts) {
        throw new UsageException("--model: a model of task generation predicts no labels; evaluate measures it on"
                + " prompts with replies");
    }
}
