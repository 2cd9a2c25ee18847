package io.github.tribuopeft.huggingface.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.huggingface.files.StrictJson;
import io.github.tribuopeft.training.ParameterSet;
import io.github.tribuopeft.training.TrainingState;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Training state in the file of an adapter's tensors: tensors that PEFT ignores, and two numbers in the metadata. */
final class StoredTrainingState {

    private static final String KEY = "tribuo_state";
    private static final String VALUES = KEY + ".value.";
    private static final String FIRST = KEY + ".first.";
    private static final String SECOND = KEY + ".second.";
    private static final String METHOD = "method.";
    private static final String HEAD = "head.";

    private StoredTrainingState() {}

    /** Returns whether a tensor belongs to a training state. */
    static boolean owns(String tensor) {
        return tensor.startsWith(VALUES) || tensor.startsWith(FIRST) || tensor.startsWith(SECOND);
    }

    /** Length of the training. */
    private record Length(int epochs, long steps) {}

    /** Adds a state to the tensors and the metadata of a file. */
    static void put(TrainingState state, Map<String, Tensor> tensors, Map<String, String> metadata) {
        put(VALUES, state.parameters(), tensors);
        put(FIRST, state.expAvg(), tensors);
        put(SECOND, state.expAvgSq(), tensors);
        try {
            metadata.put(KEY, StrictJson.MAPPER.writeValueAsString(new Length(state.epochs(), state.steps())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Numbers can always be written as JSON", e);
        }
    }

    private static void put(String prefix, ParameterSet values, Map<String, Tensor> tensors) {
        values.method().forEach((name, tensor) -> tensors.put(prefix + METHOD + name, tensor));
        values.head().forEach((name, tensor) -> tensors.put(prefix + HEAD + name, tensor));
    }

    /**
     * Takes the state from the tensors and the metadata of a file; empty if it does not contain one.
     *
     * @throws AdapterException if it is damaged
     */
    static Optional<TrainingState> take(AdapterTensors tensors, Map<String, String> metadata, Path file) {
        String text = metadata.get(KEY);
        if (text == null) {
            return Optional.empty();
        }
        try {
            Length length = StrictJson.MAPPER.readValue(text, Length.class);
            if (length == null) {
                throw new AdapterException(file + ": its metadata '" + KEY + "' is null");
            }
            return Optional.of(new TrainingState(
                    take(VALUES, tensors),
                    take(FIRST, tensors),
                    take(SECOND, tensors),
                    length.epochs(),
                    length.steps()));
        } catch (JsonProcessingException e) {
            throw new AdapterException(
                    file + ": its metadata '" + KEY + "' cannot be read: " + StrictJson.reason(e), e);
        } catch (IllegalArgumentException e) {
            throw new AdapterException(
                    file + ": its tensors '" + KEY + ".…' are not a training state: " + e.getMessage(), e);
        }
    }

    private static ParameterSet take(String prefix, AdapterTensors tensors) {
        return new ParameterSet(tensors.takeAll(prefix + METHOD), tensors.takeAll(prefix + HEAD));
    }
}
