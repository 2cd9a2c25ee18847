package io.github.tribuopeft.minilm;

import ai.djl.Device;
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
import java.util.HashMap;
import java.util.Map;

/**
 * Checkpoint of a BERT that was exported to ONNX. The exporter keeps the names of biases, norms and embeddings. It
 * transposes and renames the weights of linear layers, but the MatMul node of a weight still has the name of the
 * module. Nodes are before weights in the file, so the file is read in one pass, with one weight at a time in native
 * memory.
 */
final class OnnxCheckpoint implements Checkpoint {

    /** Opens a resource. */
    @FunctionalInterface
    interface Resource {
        InputStream open() throws IOException;
    }

    /** bytes of a weight that are on the Java heap at a time */
    private static final int PART = 1 << 16;

    private final Architecture architecture;
    private final Resource onnx;
    private final Resource tokenizer;
    /** from the exporter's name of a transposed weight to the name of the weight in BERT */
    private final Map<String, String> transposed = new HashMap<>();

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
            fields(in, (tag, field) -> {
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
        fields(in, (tag, field) -> {
            switch (field) {
                case GraphProto.NODE_FIELD_NUMBER -> addTransposed(NodeProto.parseFrom(in.readByteArray()));
                case GraphProto.INITIALIZER_FIELD_NUMBER -> readWeight(in, manager, receiver);
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
        boolean read(int tag, int field) throws IOException;
    }

    private static void fields(CodedInputStream in, FieldReader reader) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (!reader.read(tag, WireFormat.getTagFieldNumber(tag))) {
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

    /** Reads a weight into native memory in small parts, so that the Java heap holds none of the large ones. */
    private void readWeight(CodedInputStream in, NDManager manager, WeightReceiver receiver) throws IOException {
        int outer = in.pushLimit(in.readRawVarint32());
        TensorProto.Builder header = TensorProto.newBuilder();
        NDArray[] values = new NDArray[1];
        try {
            fields(in, (tag, field) -> {
                switch (field) {
                    case TensorProto.DIMS_FIELD_NUMBER -> readDimensions(tag, in, header);
                    case TensorProto.DATA_TYPE_FIELD_NUMBER -> header.setDataType(in.readInt32());
                    case TensorProto.NAME_FIELD_NUMBER -> header.setName(in.readString());
                    case TensorProto.RAW_DATA_FIELD_NUMBER -> {
                        if (header.getDataType() != TensorProto.DataType.FLOAT_VALUE) {
                            return false; // such as position ids
                        }
                        values[0] = readValues(in, manager, header);
                    }
                    default -> {
                        return false;
                    }
                }
                return true;
            });
            deliver(header.getName(), values[0], receiver);
        } finally {
            if (values[0] != null) {
                values[0].close();
            }
        }
        in.popLimit(outer);
    }

    /** Reads one dimension, or several in the packed encoding. */
    private static void readDimensions(int tag, CodedInputStream in, TensorProto.Builder header) throws IOException {
        if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
            header.addDims(in.readInt64());
            return;
        }
        int outer = in.pushLimit(in.readRawVarint32());
        while (in.getBytesUntilLimit() > 0) {
            header.addDims(in.readInt64());
        }
        in.popLimit(outer);
    }

    private static NDArray readValues(CodedInputStream in, NDManager manager, TensorProto.Builder header)
            throws IOException {
        Shape shape = new Shape(
                header.getDimsList().stream().mapToLong(Long::longValue).toArray());
        int length = in.readRawVarint32();
        if (length != shape.size() * Float.BYTES) {
            throw new IOException("a weight of shape " + shape + " has " + length + " bytes; expected "
                    + shape.size() * Float.BYTES + " after its dimensions");
        }
        NDArray values = manager.create(shape, DataType.FLOAT32, Device.cpu());
        ByteBuffer memory = values.toByteBuffer(true);
        while (memory.hasRemaining()) {
            memory.put(in.readRawBytes(Math.min(memory.remaining(), PART)));
        }
        return values;
    }

    private void deliver(String exported, NDArray values, WeightReceiver receiver) {
        String module = transposed.get(exported);
        String name = module == null ? exported : module;
        if (values != null && architecture.weights().containsKey(name)) {
            receiver.accept(name, module == null ? values : values.transpose());
        }
    }

    @Override
    public InputStream tokenizer() throws IOException {
        return tokenizer.open();
    }
}
