package io.github.tribuopeft.minilm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The weights of a BERT that was exported to ONNX. The exporter keeps the names of biases, norms and embeddings; it transposes the
 * weights of linear maps and renames them, but the MatMul node that uses one still has the module's name.
 */
final class OnnxCheckpoint implements Checkpoint {

    /** Opens a resource; may fail. */
    @FunctionalInterface
    interface Resource {
        InputStream open() throws IOException;
    }

    private record Weight(TensorProto tensor, boolean transposed) {}

    private final Architecture architecture;
    private final Resource tokenizer;
    private final Map<String, Weight> weights;

    OnnxCheckpoint(Architecture architecture, InputStream onnx, Resource tokenizer) throws IOException {
        this.architecture = architecture;
        this.tokenizer = tokenizer;
        try (onnx) {
            CodedInputStream in = CodedInputStream.newInstance(onnx.readAllBytes());
            in.enableAliasing(true); // tensors stay views of the one array
            in.setSizeLimit(Integer.MAX_VALUE);
            this.weights = weights(ModelProto.parseFrom(in).getGraph());
        }
    }

    private static Map<String, Weight> weights(GraphProto graph) {
        Map<String, TensorProto> tensors = new HashMap<>();
        Map<String, Weight> weights = new HashMap<>();
        for (TensorProto tensor : graph.getInitializerList()) {
            tensors.put(tensor.getName(), tensor);
            if (tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE) {
                weights.put(tensor.getName(), new Weight(tensor, false));
            }
        }
        for (NodeProto node : graph.getNodeList()) {
            if (node.getOpType().equals("MatMul") && tensors.containsKey(node.getInput(1))) {
                String module =
                        node.getName().substring(1).replace("/MatMul", "").replace('/', '.');
                weights.put(module + ".weight", new Weight(tensors.get(node.getInput(1)), true));
            }
        }
        return weights;
    }

    @Override
    public Architecture architecture() {
        return architecture;
    }

    @Override
    public Optional<Shape> shape(String name) {
        return Optional.ofNullable(weights.get(name)).map(weight -> {
            Shape stored = stored(weight);
            return weight.transposed() ? new Shape(stored.get(1), stored.get(0)) : stored;
        });
    }

    @Override
    public NDArray read(NDManager manager, String name) {
        Weight weight = weights.get(name);
        ByteBuffer values = weight.tensor().getRawData().asReadOnlyByteBuffer();
        ByteBuffer direct = ByteBuffer.allocateDirect(values.remaining()).order(ByteOrder.nativeOrder());
        direct.put(values).flip();
        NDArray array = manager.create(direct, stored(weight), DataType.FLOAT32);
        return weight.transposed() ? array.transpose() : array;
    }

    private static Shape stored(Weight weight) {
        return new Shape(weight.tensor().getDimsList().stream()
                .mapToLong(Long::longValue)
                .toArray());
    }

    @Override
    public InputStream tokenizer() throws IOException {
        return tokenizer.open();
    }

    @Override
    public void close() {
        weights.clear();
    }
}
