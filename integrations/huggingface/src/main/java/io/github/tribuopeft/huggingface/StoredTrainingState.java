package io.github.tribuopeft.huggingface;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.training.ParameterSet;
import io.github.tribuopeft.training.TrainingState;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A training's state in the file of an adapter's tensors: tensors that PEFT passes over, and two numbers in the metadata. */
final class StoredTrainingState {

    private static final String KEY = "tribuo_state";
    private static final String VALUES = KEY + ".value.";
    private static final String FIRST = KEY + ".first.";
    private static final String SECOND = KEY + ".second.";
    private static final String METHOD = "method.";
    private static final String HEAD = "head.";

    private StoredTrainingState() {}

    /** Whether a tensor belongs to a state. */
    static boolean owns(String tensor) {
        return tensor.startsWith(VALUES) || tensor.startsWith(FIRST) || tensor.startsWith(SECOND);
    }

    /** How long the training was. */
    private record Length(int epochs, long steps) {}

    /** Adds a state to what a file is to hold. */
    static void put(TrainingState state, Map<String, Tensor> tensors, Map<String, String> metadata) {
        put(VALUES, state.parameters(), tensors);
        put(FIRST, state.expAvg(), tensors);
        put(SECOND, state.expAvgSq(), tensors);
        try {
            metadata.put(KEY, StrictJson.MAPPER.writeValueAsString(new Length(state.epochs(), state.steps())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Numbers can be written as JSON", e);
        }
    }

    private static void put(String lead, ParameterSet values, Map<String, Tensor> tensors) {
        values.method().forEach((name, tensor) -> tensors.put(lead + METHOD + name, tensor));
        values.head().forEach((name, tensor) -> tensors.put(lead + HEAD + name, tensor));
    }

    /**
     * Takes the state out of what a file holds; empty if it has none.
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
            throw new AdapterException(file + ": its tensors '" + KEY + ".…' are no state: " + e.getMessage(), e);
        }
    }

    private static ParameterSet take(String lead, AdapterTensors tensors) {
        return new ParameterSet(tensors.takeAll(lead + METHOD), tensors.takeAll(lead + HEAD));
    }
}
