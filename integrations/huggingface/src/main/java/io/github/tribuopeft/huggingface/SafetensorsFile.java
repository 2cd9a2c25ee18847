package io.github.tribuopeft.huggingface;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.engine.FloatFormat;
import io.github.tribuopeft.engine.MappedFile;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A <a href="https://huggingface.co/docs/safetensors">safetensors</a> file: an 8-byte header length, a JSON header, then the values. These
 * are mapped into memory when they are asked for, so the file and every tensor of it may be of any size. Nothing of it stays open.
 */
public final class SafetensorsFile {

    /** The format's own limit, which keeps a damaged length from asking for the whole memory. */
    private static final long LARGEST_HEADER = 100_000_000;

    private final Path path;
    private final SafetensorsHeader header;
    /** Where the values begin, from the file's start. */
    private final long start;

    private SafetensorsFile(Path path, SafetensorsHeader header, long start) {
        this.path = path;
        this.header = header;
        this.start = start;
    }

    /**
     * Reads a file's header and checks it against its size.
     *
     * @throws BackboneException if the file is missing, is a Git LFS pointer or is no whole safetensors file
     */
    public static SafetensorsFile open(Path path) {
        return open(path, LARGEST_HEADER);
    }

    /**
     * The same for files whose headers are known to be smaller.
     *
     * @param largestHeader number of bytes that a header has at most
     */
    static SafetensorsFile open(Path path, long largestHeader) {
        if (Files.isRegularFile(path)) {
            GitLfsPointer.refuse(path);
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return open(path, channel, largestHeader);
        } catch (NoSuchFileException e) {
            throw new BackboneException("There is no file " + path, e);
        } catch (FileSystemException | ClosedByInterruptException e) {
            throw BackboneException.unreadable(path, e);
        } catch (IOException e) {
            throw new BackboneException(path + " is no whole safetensors file: " + e.getMessage(), e);
        }
    }

    private static SafetensorsFile open(Path path, FileChannel channel, long largestHeader) throws IOException {
        long size = channel.size();
        if (size < Long.BYTES) {
            throw new IOException("it has only " + size + " bytes");
        }
        long length = bytes(channel, 0, Long.BYTES).getLong();
        if (length < 2 || length > Math.min(largestHeader, size - Long.BYTES)) {
            throw new IOException("its header should have " + length + " bytes, but the file has " + size
                    + ", and a header at most " + largestHeader);
        }
        long start = Long.BYTES + length;
        byte[] json = bytes(channel, Long.BYTES, (int) length).array();
        return new SafetensorsFile(path, SafetensorsHeader.parse(json, size - start), start);
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
     * Reads a small tensor as float32.
     *
     * @throws BackboneException if the file has no such tensor, holds it in another format than F64, F32, F16 or BF16, or cannot be read
     */
    public Tensor read(String name) {
        try (NDManager manager = TorchRuntime.newManager(Device.cpu())) {
            return format(name).widen(view(manager, name));
        }
    }

    /** A tensor as it is: a view of the mapped file in the transportType of its {@link #format}. */
    NDArray view(NDManager owner, String name) {
        SafetensorsHeader.Tensor tensor = tensor(name);
        try {
            return new MappedFile(path).view(owner, start + tensor.begin(), tensor.shape(), format(name));
        } catch (IOException e) {
            throw new BackboneException(path + ": tensor '" + name + "' cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * The format of a tensor's numbers.
     *
     * @throws BackboneException if the file has no such tensor, or holds it in another format than F64, F32, F16 or BF16
     */
    FloatFormat format(String name) {
        SafetensorsHeader.Tensor tensor = tensor(name);
        return FloatFormat.named(tensor.dtype())
                .orElseThrow(() -> new BackboneException(path + ": tensor '" + name + "' has number format '"
                        + tensor.dtype() + "'; weights are read from " + List.of(FloatFormat.values())));
    }

    private SafetensorsHeader.Tensor tensor(String name) {
        SafetensorsHeader.Tensor tensor = header.tensors().get(name);
        if (tensor == null) {
            throw new BackboneException(path + " has no tensor '" + name + "'");
        }
        return tensor;
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
}
