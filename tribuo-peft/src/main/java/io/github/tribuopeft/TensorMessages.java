package io.github.tribuopeft;

import ai.djl.ndarray.types.Shape;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.protos.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Conversion between tensors and protobuf messages. */
final class TensorMessages {

    private TensorMessages() {}

    static Map<String, TensorProto> write(Map<String, Tensor> tensors) {
        Map<String, TensorProto> protos = new LinkedHashMap<>();
        new TreeMap<>(tensors).forEach((name, tensor) -> protos.put(name, write(tensor)));
        return protos;
    }

    private static TensorProto write(Tensor tensor) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * tensor.size()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(tensor.values());
        TensorProto.Builder proto = TensorProto.newBuilder().setValues(UnsafeByteOperations.unsafeWrap(bytes));
        for (long extent : tensor.shape().getShape()) {
            proto.addShape(extent);
        }
        return proto.build();
    }

    /** Reads tensors and checks their shapes. */
    static Map<String, Tensor> read(Map<String, TensorProto> protos) throws InvalidProtocolBufferException {
        Map<String, Tensor> tensors = new TreeMap<>();
        for (Map.Entry<String, TensorProto> entry : protos.entrySet()) {
            tensors.put(entry.getKey(), read(entry.getKey(), entry.getValue()));
        }
        return tensors;
    }

    private static Tensor read(String name, TensorProto proto) throws InvalidProtocolBufferException {
        int bytes = proto.getValues().size();
        long size = Float.BYTES;
        for (long extent : proto.getShapeList()) {
            // a product above the number of bytes ends the loop before it overflows
            if (extent < 1 || size > bytes || extent > Integer.MAX_VALUE) {
                throw wrong(name, proto);
            }
            size *= extent;
        }
        if (size != bytes) {
            throw wrong(name, proto);
        }
        float[] values = new float[bytes / Float.BYTES];
        proto.getValues()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return new Tensor(new Shape(proto.getShapeList()), values);
    }

    private static InvalidProtocolBufferException wrong(String name, TensorProto proto) {
        return new InvalidProtocolBufferException("Tensor '" + name + "' has shape " + proto.getShapeList() + " and "
                + proto.getValues().size() + " bytes; expected 4 bytes for each value");
    }
}
