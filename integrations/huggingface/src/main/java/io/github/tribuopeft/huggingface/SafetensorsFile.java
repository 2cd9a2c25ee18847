package io.github.tribuopeft.huggingface;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.BackboneException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A <a href="https://huggingface.co/docs/safetensors">safetensors</a> file: an 8-byte header length, a JSON header, then the values. Every
 * tensor is memory-mapped by itself when it is read, so the file may be larger than 2 GiB and larger than the heap. A single tensor may be larger
 * than 2 GiB too.
 */
public final class SafetensorsFile implements AutoCloseable {

    /** The format's own limit, which keeps a damaged length from asking for the whole memory. */
    private static final long LARGEST_HEADER = 100_000_000;

    /** Number of values that are read at a time where a tensor is no view of the file: 64 MiB of float32. */
    private static final long PIECE = 1 << 24;

    private final Path path;
    private final FileChannel channel;
    private final SafetensorsHeader header;
    /** Where the values begin, from the file's start. */
    private final long start;

    private SafetensorsFile(Path path, FileChannel channel, SafetensorsHeader header, long start) {
        this.path = path;
        this.channel = channel;
        this.header = header;
        this.start = start;
    }

    /**
     * Opens a file and checks its header against its size.
     *
     * @throws BackboneException if the file is missing or is no whole safetensors file
     */
    public static SafetensorsFile open(Path path) {
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            try {
                return open(path, channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw new BackboneException("There is no file " + path, e);
        } catch (IOException e) {
            throw new BackboneException(path + " is no whole safetensors file: " + e.getMessage(), e);
        }
    }

    private static SafetensorsFile open(Path path, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < Long.BYTES) {
            throw new IOException("it has only " + size + " bytes");
        }
        long length = bytes(channel, 0, Long.BYTES).getLong();
        if (length < 2 || length > Math.min(LARGEST_HEADER, size - Long.BYTES)) {
            throw new IOException("its header should have " + length + " bytes, but the file has " + size
                    + ", and a header at most " + LARGEST_HEADER);
        }
        long start = Long.BYTES + length;
        byte[] json = bytes(channel, Long.BYTES, (int) length).array();
        return new SafetensorsFile(path, channel, SafetensorsHeader.parse(json, size - start), start);
    }

    /** The names of its tensors with their shapes, in the order in which their values lie. */
    public Map<String, Shape> shapes() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        header.tensors().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        return shapes;
    }

    /** What its writer noted about it. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /**
     * Gives a tensor's values as float32: a view of the mapped file where it holds up to 2 GiB of float32 already, otherwise a copy in native
     * memory.
     *
     * @throws BackboneException if the file has no such tensor, holds it in another format than F64, F32, F16 or BF16, or cannot be read
     */
    public NDArray read(NDManager manager, String name) {
        return read(manager, name, EnumSet.of(ValueType.F32));
    }

    /** The same, but values that the engine can cast by itself are left in the file's own format: a view of the file, if of up to 2 GiB. */
    NDArray readAsIs(NDManager manager, String name) {
        return read(manager, name, EnumSet.complementOf(EnumSet.of(ValueType.BF16)));
    }

    private NDArray read(NDManager manager, String name, Set<ValueType> asTheyAre) {
        SafetensorsHeader.Tensor tensor = header.tensors().get(name);
        if (tensor == null) {
            throw new BackboneException(path + " has no tensor '" + name + "'");
        }
        ValueType type = ValueType.named(tensor.dtype())
                .orElseThrow(() -> new BackboneException(path + ": tensor '" + name + "' has number format '"
                        + tensor.dtype() + "'; weights are read from " + List.of(ValueType.values())));
        try {
            if (asTheyAre.contains(type) && tensor.end() - tensor.begin() <= Integer.MAX_VALUE) {
                return type.values(manager, map(tensor.begin(), tensor.end()), tensor.shape());
            }
            return copy(manager, tensor, type);
        } catch (IOException e) {
            throw new BackboneException(path + ": tensor '" + name + "' cannot be read: " + e.getMessage(), e);
        }
    }

    /** Piece by piece, since a buffer holds at most 2 GiB and a widened one would double a large tensor. */
    private NDArray copy(NDManager manager, SafetensorsHeader.Tensor tensor, ValueType type) throws IOException {
        NDArray whole = manager.create(tensor.shape(), DataType.FLOAT32);
        try (NDArray flat = whole.reshape(-1)) {
            long values = whole.size();
            for (long from = 0; from < values; from += PIECE) {
                long to = Math.min(values, from + PIECE);
                ByteBuffer bytes = map(tensor.begin() + from * type.bytes(), tensor.begin() + to * type.bytes());
                try (NDArray piece = type.values(manager, bytes, new Shape(to - from))) {
                    flat.set(new NDIndex("{}:{}", from, to), piece);
                }
            }
            return whole;
        } catch (IOException | RuntimeException e) {
            whole.close();
            throw e;
        }
    }

    /** The bytes from {@code begin} up to {@code end} of the values. */
    private ByteBuffer map(long begin, long end) throws IOException {
        return channel.map(FileChannel.MapMode.READ_ONLY, start + begin, end - begin)
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer bytes(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new IOException("it became shorter while it was read");
            }
        }
        return bytes.flip();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new BackboneException(path + " cannot be closed: " + e.getMessage(), e);
        }
    }
}
