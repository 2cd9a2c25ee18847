package io.github.tribuopeft.huggingface;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.backbone.BackboneException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A <a href="https://huggingface.co/docs/safetensors">safetensors</a> file: an 8-byte header length, a JSON header, then the values. Every
 * tensor is memory-mapped by itself when it is read, so the file may be larger than 2 GiB and larger than the heap.
 */
public final class SafetensorsFile implements AutoCloseable {

    /** The format's own limit, which keeps a damaged length from asking for the whole memory. */
    private static final long LARGEST_HEADER = 100_000_000;

    static final String METADATA = "__metadata__";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path path;
    private final FileChannel channel;
    private final Map<String, Entry> entries;
    private final Map<String, String> metadata;

    /**
     * What a header says.
     *
     * @param entries where the tensors lie
     * @param metadata what else it says
     */
    private record Header(Map<String, Entry> entries, Map<String, String> metadata) {}

    /**
     * Where a tensor lies.
     *
     * @param type the format of its values
     * @param shape its extents
     * @param offset first byte, from the file's start
     */
    private record Entry(ValueType type, Shape shape, long offset) {}

    private SafetensorsFile(Path path, FileChannel channel, Header header) {
        this.path = path;
        this.channel = channel;
        this.entries = header.entries();
        this.metadata = header.metadata();
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
                return new SafetensorsFile(path, channel, header(path, channel));
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw new BackboneException("There is no file " + path, e);
        } catch (IOException e) {
            throw new BackboneException(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The names of its tensors with their shapes. */
    public Map<String, Shape> shapes() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        entries.forEach((name, entry) -> shapes.put(name, entry.shape()));
        return shapes;
    }

    /** What the file says beside its tensors. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * Gives a tensor's values as float32, a view of the mapped file where it holds float32 already.
     *
     * @throws BackboneException if the file has no such tensor or cannot be read
     */
    public NDArray read(NDManager manager, String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new BackboneException(path + " has no tensor '" + name + "'");
        }
        try {
            ByteBuffer bytes = channel.map(
                            FileChannel.MapMode.READ_ONLY,
                            entry.offset(),
                            entry.shape().size() * entry.type().bytes())
                    .order(ByteOrder.LITTLE_ENDIAN);
            return manager.create(entry.type().toFloats(bytes), entry.shape(), DataType.FLOAT32);
        } catch (IOException e) {
            throw new BackboneException(path + ": tensor '" + name + "' cannot be read: " + e.getMessage(), e);
        }
    }

    private static Header header(Path path, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < Long.BYTES) {
            throw new BackboneException(path + " is no safetensors file: it has only " + size + " bytes");
        }
        long length = read(channel, 0, Long.BYTES).getLong();
        if (length < 2 || length > Math.min(LARGEST_HEADER, size - Long.BYTES)) {
            throw new BackboneException(path + " is no whole safetensors file: its header should have " + length
                    + " bytes, but the file has " + size);
        }
        String text = StandardCharsets.UTF_8
                .decode(read(channel, Long.BYTES, (int) length))
                .toString();
        JsonNode header;
        try {
            header = JSON.readTree(text);
        } catch (IOException e) {
            throw new BackboneException(path + " is no safetensors file: its header is no JSON", e);
        }
        long start = Long.BYTES + length;
        Map<String, Entry> entries = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        header.path(METADATA)
                .fields()
                .forEachRemaining(
                        field -> metadata.put(field.getKey(), field.getValue().asText()));
        header.fields().forEachRemaining(field -> {
            if (!field.getKey().equals(METADATA)) {
                entries.put(field.getKey(), entry(path, field.getKey(), field.getValue(), start, size));
            }
        });
        return new Header(Collections.unmodifiableMap(entries), Collections.unmodifiableMap(metadata));
    }

    private static Entry entry(Path path, String name, JsonNode json, long start, long size) {
        String where = path + ": tensor '" + name + "'";
        ValueType type = ValueType.of(json.path("dtype").asText(), where);
        long[] extents = new long[json.path("shape").size()];
        long values = 1;
        for (int i = 0; i < extents.length; i++) {
            extents[i] = json.path("shape").path(i).asLong(-1);
            if (extents[i] < 0 || extents[i] > 0 && values > Integer.MAX_VALUE / extents[i]) {
                throw new BackboneException(where + " has no sensible shape: " + json.path("shape"));
            }
            values *= extents[i];
        }
        long begin = json.path("data_offsets").path(0).asLong(-1);
        long end = json.path("data_offsets").path(1).asLong(-1);
        if (begin < 0 || end - begin != values * type.bytes() || start + end > size) {
            throw new BackboneException(where + " " + json.path("shape") + " should lie at bytes " + begin + " to "
                    + end + " of its values, but the file was cut short or its header is wrong (file size " + size
                    + ")");
        }
        return new Entry(type, new Shape(extents), start + begin);
    }

    private static ByteBuffer read(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && channel.read(bytes, position + bytes.position()) >= 0) {
            // until it is full
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
