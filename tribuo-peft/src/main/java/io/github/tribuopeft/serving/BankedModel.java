package io.github.tribuopeft.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.ModelState;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.engine.NativeCleaner;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.OutputHead;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Output;
import org.tribuo.Prediction;

/**
 * Model in a bank: all values of its adapter in one native array, and its head on the Java heap. The table of models
 * and each prediction that uses the model count as users. The memory is freed when the last of them releases it, or by
 * the garbage collector if the bank was not closed.
 *
 * @param <T> the output type
 */
final class BankedModel<T extends Output<T>> {

    private final OutputHead<T> head;
    private final Map<String, Tensor> headTensors;
    private final ImmutableOutputInfo<T> outputs;
    private final int maxLength;
    private final BatchLayout layout;
    private final String parametersHash;
    private final NDArray adapter;
    private final Cleaner.Cleanable memory;
    private int users = 1;

    private BankedModel(PeftModel<T> model, Backbone backbone) {
        ModelState<T> state = model.state();
        this.outputs = model.getOutputIDInfo();
        state.requireBackbone(backbone, outputs);
        this.head = state.head();
        this.headTensors = state.headTensors();
        this.maxLength = state.maxLength();
        this.layout = BatchLayout.of(state, backbone.architecture());
        this.parametersHash = state.parametersHash();
        NDManager manager = backbone.newManager();
        this.adapter = upload(state, manager);
        this.memory = NativeCleaner.register(this, manager::close);
    }

    /**
     * Copies a model to the device of a backbone.
     *
     * @throws io.github.tribuopeft.backbone.BackboneException if the model was trained on another backbone
     * @throws IllegalArgumentException if the model does not fit the backbone or is no classifier or regression model
     */
    static <T extends Output<T>> BankedModel<T> of(PeftModel<T> model, Backbone backbone) {
        return new BankedModel<>(model, backbone);
    }

    private NDArray upload(ModelState<T> state, NDManager manager) {
        int values = Math.toIntExact(layout.values());
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(Math.max(1, values) * Float.BYTES).order(ByteOrder.nativeOrder());
        FloatBuffer row = bytes.asFloatBuffer();
        for (String entry : layout.entries().keySet()) {
            row.put(state.adapter().tensors().get(entry).values());
        }
        try (NDArray view = manager.create(bytes, new Shape(Math.max(1, values)), DataType.FLOAT32)) {
            return view.duplicate(); // native memory instead of a view of the buffer
        }
    }

    BatchLayout layout() {
        return layout;
    }

    /** Returns all values of the adapter in the order of the layout's entries: [values], or [1] if there are none. */
    NDArray adapter() {
        return adapter;
    }

    Tensor headTensor(String name) {
        return headTensors.get(name);
    }

    Map<String, Tensor> headTensors() {
        return headTensors;
    }

    int outputCount() {
        return outputs.size();
    }

    int maxLength() {
        return maxLength;
    }

    String parametersHash() {
        return parametersHash;
    }

    /** Returns the number of bytes of adapter and head. */
    long bytes() {
        long values = layout.values()
                + headTensors.values().stream().mapToLong(Tensor::size).sum();
        return values * Float.BYTES;
    }

    /** Converts logits [C] to a prediction. */
    Prediction<T> predict(String text, float[] logits) {
        Example<T> example = new TextExampleExtractor<T>().extract(head.unknown(), text);
        return head.predictor().predict(logits, outputs, example, example.size());
    }

    /** Adds a user. */
    synchronized void retain() {
        users++;
    }

    /** Removes a user. */
    synchronized void release() {
        users--;
        if (users == 0) {
            memory.clean();
        }
    }
}
