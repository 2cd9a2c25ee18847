package io.github.tribuopeft.huggingface.safetensors;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.engine.FloatFormat;
import io.github.tribuopeft.engine.MappedFile;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.huggingface.files.GitLfsPointer;
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
 * A <a href="https://huggingface.co/docs/safetensors">safetensors</a> file: an 8-byte header length, a JSON header
 * and the values. Values are mapped into memory when they are read, so the file and its tensors may have any size.
 * The file is not kept open.
 */
public final class SafetensorsFile {

    /** Limit of the format; it prevents that a damaged length allocates all memory. */
    private static final long MAX_HEADER_BYTES = 100_000_000;

    private final Path path;
    private final SafetensorsHeader header;
    /** Offset of the values in the file. */
    private final long start;

    private SafetensorsFile(Path path, SafetensorsHeader header, long start) {
        this.path = path;
        this.header = header;
        this.start = start;
    }

    /**
     * Reads the header of a file and checks it against the file's size.
     *
     * @throws BackboneException if the file is missing, is a Git LFS pointer or is not a complete safetensors file
     */
    public static SafetensorsFile open(Path path) {
        return open(path, MAX_HEADER_BYTES);
    }

    /**
     * Reads the header of a file with a lower limit on the header's size.
     *
     * @param maxHeaderBytes largest accepted size of the header
     * @throws BackboneException if the file is missing, is a Git LFS pointer or is not a complete safetensors file
     */
    public static SafetensorsFile open(Path path, long maxHeaderBytes) {
        if (Files.isRegularFile(path)) {
            GitLfsPointer.refuse(path);
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return open(path, channel, maxHeaderBytes);
        } catch (NoSuchFileException e) {
            throw new BackboneException("There is no file " + path, e);
        } catch (FileSystemException | ClosedByInterruptException e) {
            throw BackboneException.unreadable(path, e);
        } catch (IOException e) {
            throw new BackboneException(path + " is not a complete safetensors file: " + e.getMessage(), e);
        }
    }

    private static SafetensorsFile open(Path path, FileChannel channel, long maxHeaderBytes) throws IOException {
        long size = channel.size();
        if (size < Long.BYTES) {
            throw new IOException("it has only " + size + " bytes");
        }
        long length = bytes(channel, 0, Long.BYTES).getLong();
        if (length < 2 || length > Math.min(maxHeaderBytes, size - Long.BYTES)) {
            throw new IOException("its header should have " + length + " bytes, but the file has " + size
                    + ", and a header has at most " + maxHeaderBytes);
        }
        long start = Long.BYTES + length;
        byte[] json = bytes(channel, Long.BYTES, (int) length).array();
        return new SafetensorsFile(path, SafetensorsHeader.parse(json, size - start), start);
    }

    /** Returns the shapes of the tensors by name, in the order of their values in the file. */
    public Map<String, Shape> shapes() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        header.tensors().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        return shapes;
    }

    /** Returns the metadata that the writer of the file added. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /**
     * Reads a small tensor as float32.
     *
     * @throws BackboneException if the file does not have such a tensor, its number format is not F64, F32, F16 or
     *     BF16, or the file cannot be read
     */
    public Tensor read(String name) {
        try (NDManager manager = TorchRuntime.newManager(Device.cpu())) {
            return format(name).widen(view(manager, name));
        }
    }

    /**
     * Returns a tensor without conversion: a view of the mapped file in the transport type of its {@link #format}.
     *
     * @throws BackboneException if the file does not have such a tensor, its number format is not F64, F32, F16 or
     *     BF16, or the file cannot be read
     */
    public NDArray view(NDManager owner, String name) {
        SafetensorsHeader.Tensor tensor = tensor(name);
        try {
            return new MappedFile(path).view(owner, start + tensor.begin(), tensor.shape(), format(name));
        } catch (IOException e) {
            throw new BackboneException(path + ": tensor '" + name + "' cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Returns the number format of a tensor.
     *
     * @throws BackboneException if the file does not have such a tensor, or its number format is not F64, F32, F16 or
     *     BF16
     */
    public FloatFormat format(String name) {
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
                throw new IOException("it was truncated while it was read");
            }
        }
        return bytes.flip();
    }
}
