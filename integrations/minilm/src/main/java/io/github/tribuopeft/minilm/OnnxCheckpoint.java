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
import com.google.protobuf.WireFormat;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * Checkpoint of a BERT that was exported to ONNX. The exporter keeps the names of biases, norms and embeddings. It
 * transposes and renames the weights of linear layers, but the MatMul node of a weight still has the name of the
 * module. Nodes are before weights in the file, so the file is read in one pass, with one weight at a time on the
 * heap.
 */
final class OnnxCheckpoint implements Checkpoint {

    /** Opens a resource. */
    @FunctionalInterface
    interface Resource {
        InputStream open() throws IOException;
    }

    private final Architecture architecture;
    private final Resource onnx;
    private final Resource tokenizer;
    /** from the exporter's name of a transposed weight to the name of the weight in BERT */
    private final Map<String, String> transposed = new HashMap<>();

    private ByteBuffer scratch = ByteBuffer.allocateDirect(0);

    OnnxCheckpoint(Architecture architecture, Resource onnx, Resource tokenizer) {
        this.architecture = architecture;
        this.onnx = onnx;
        this.tokenizer = tokenizer;
    }

    @Override
    public Architecture architecture() {
        return architecture;
    }

    @Override
    public void read(NDManager manager, WeightReceiver receiver) {
        try (InputStream stream = onnx.open()) {
            CodedInputStream in = CodedInputStream.newInstance(stream);
            in.setSizeLimit(Integer.MAX_VALUE);
            fields(in, field -> {
                if (field != ModelProto.GRAPH_FIELD_NUMBER) {
                    return false;
                }
                int outer = in.pushLimit(in.readRawVarint32());
                readGraph(in, manager, receiver);
                in.popLimit(outer);
                return true;
            });
        } catch (IOException e) {
            throw new BackboneException("The ONNX file cannot be read: " + e.getMessage(), e);
        }
    }

    private void readGraph(CodedInputStream in, NDManager manager, WeightReceiver receiver) throws IOException {
        fields(in, field -> {
            switch (field) {
                case GraphProto.NODE_FIELD_NUMBER -> addTransposed(NodeProto.parseFrom(in.readByteArray()));
                case GraphProto.INITIALIZER_FIELD_NUMBER ->
                    deliver(TensorProto.parseFrom(in.readByteBuffer()), manager, receiver);
                default -> {
                    return false;
                }
            }
            return true;
        });
    }

    /** Reads the value of a field, or returns false to skip it. */
    @FunctionalInterface
    private interface FieldReader {
        boolean read(int field) throws IOException;
    }

    private static void fields(CodedInputStream in, FieldReader reader) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (!reader.read(WireFormat.getTagFieldNumber(tag))) {
                in.skipField(tag);
            }
        }
    }

    private void addTransposed(NodeProto node) {
        if (node.getOpType().equals("MatMul")) {
            String module = node.getName().substring(1).replace("/MatMul", "").replace('/', '.');
            transposed.put(node.getInput(1), module + ".weight");
        }
    }

    private void deliver(TensorProto tensor, NDManager manager, WeightReceiver receiver) {
        String module = transposed.get(tensor.getName());
        String name = module == null ? tensor.getName() : module;
        if (!architecture.weights().containsKey(name)) {
            return;
        }
        ByteBuffer direct = direct(tensor.getRawData().asReadOnlyByteBuffer());
        Shape shape = new Shape(
                tensor.getDimsList().stream().mapToLong(Long::longValue).toArray());
        try (NDArray array = manager.create(direct, shape, DataType.FLOAT32)) {
            receiver.accept(name, module == null ? array : array.transpose());
        }
    }

    /** Copies bytes into a native buffer, which the next weight reuses. */
    private ByteBuffer direct(ByteBuffer values) {
        if (scratch.capacity() < values.remaining()) {
            scratch = ByteBuffer.allocateDirect(values.remaining()).order(ByteOrder.nativeOrder());
        }
        return scratch.clear().put(values).flip();
    }

    @Override
    public InputStream tokenizer() throws IOException {
        return tokenizer.open();
    }
}
