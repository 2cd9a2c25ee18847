package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tribuopeft.architecture.Bert;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.engine.FloatFormat;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of 3 GB: {@code mvn verify -Plarge -pl integrations/huggingface -am}. They take 3 GB of disk, which is freed, and up to 8 GB of memory beside the
 * heap.
 */
@Tag("large")
class LargeCheckpointTest {

    private static final int WIDTH = 4096;
    private static final int BLOCK = 1 << 20;

    @TempDir
    private static Path temporary;

    @BeforeAll
    static void room() throws IOException {
        assumeTrue(
                Files.getFileStore(temporary).getUsableSpace() > 4_000_000_000L,
                "skipped: there is no room for files of 3 GB in " + temporary);
    }

    @Test
    void largeTensors() throws IOException {
        measure(new Bert(65_536, 65_536, 2, WIDTH, 1, 32, 28_672, 1e-12), FloatFormat.F32, Precision.FP32);
    }

    /** Twice as large in memory as in the file, before it is narrowed again. */
    @Test
    void largeTensorsOfHalfPrecision() throws IOException {
        measure(new Bert(131_072, 131_072, 2, WIDTH, 1, 32, 57_344, 1e-12), FloatFormat.F16, Precision.BF16);
    }

    /** Of 3.1 GB, where a buffer in Java holds 2.1 at most: put together first, then copied. */
    @Test
    void oneTensorBeyondTwoGigabytes() throws IOException {
        measure(new Bert(190_000, 8, 2, WIDTH, 1, 32, 16, 1e-12), FloatFormat.F32, Precision.FP32);
    }

    /** Opens a backbone, and prints how long that takes beside two readings of the file into memory: a figure, not a condition. */
    private static void measure(Bert bert, FloatFormat type, Precision precision) throws IOException {
        Path directory = TinyBertDirectory.write(temporary.resolve("large"));
        Path file = directory.resolve(WeightFiles.WHOLE);
        try {
            Map<String, Shape> shapes = new TreeMap<>(bert.architecture().weights());
            write(file, shapes, type);
            writeConfig(directory.resolve("config.json"), bert);
            double once = read(file);
            double twice = once + read(file);
            HuggingFaceDirectory source = new HuggingFaceDirectory(directory);
            long start = now();
            source.fingerprint();
            double hashing = seconds(start);
            System.gc();
            List<MemoryPoolMXBean> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getType() == MemoryType.HEAP)
                    .toList();
            heap.forEach(MemoryPoolMXBean::resetPeakUsage);
            long before =
                    heap.stream().mapToLong(pool -> pool.getUsage().getUsed()).sum();
            start = now();
            try (Backbone backbone = Backbone.open(source, Device.cpu(), precision)) {
                double opening = seconds(start);
                long grown = heap.stream()
                                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                                .sum()
                        - before;
                System.out.printf(
                        "%.2f GB of %s in %d tensors: read into memory twice in %.1f s; opened in %.1f s, of which hashing %.1f s; "
                                + "the heap grew by at most %d MB%n",
                        Files.size(file) / 1e9, type, shapes.size(), twice, opening, hashing, grown >> 20);
                assertThat(Files.size(file)).isGreaterThan(2_900_000_000L);
                assertThat(grown).as("growth of the heap in bytes").isLessThan(200L << 20);
                assertLastRow(backbone, shapes, type, bert.vocabulary());
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static double seconds(long since) {
        return (now() - since) / 1e9;
    }

    private static long now() {
        return System.nanoTime();
    }

    /** The values repeat every mebibyte; none is zero, so that no file system leaves a hole. */
    private static ByteBuffer block(FloatFormat type) {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
        SplittableRandom random = new SplittableRandom(1);
        while (block.hasRemaining()) {
            if (type == FloatFormat.F32) {
                block.putFloat((float) random.nextDouble(0.5, 1.0));
            } else {
                block.putShort((short) random.nextInt(0x3800, 0x3c00)); // half precision, from 0.5 to 1
            }
        }
        return block.flip();
    }

    private static void write(Path file, Map<String, Shape> shapes, FloatFormat type) throws IOException {
        Map<String, Object> header = new LinkedHashMap<>();
        long end = 0;
        for (Map.Entry<String, Shape> entry : shapes.entrySet()) {
            long begin = end;
            end += entry.getValue().size() * type.bytes();
            header.put(
                    entry.getKey(),
                    Map.of("dtype", type.name(), "shape", entry.getValue().getShape(), "data_offsets", new long[] {
                        begin, end
                    }));
        }
        byte[] json = new ObjectMapper().writeValueAsBytes(header);
        ByteBuffer block = block(type);
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            out.write(ByteBuffer.wrap(Safetensors.file(new String(json, StandardCharsets.UTF_8), new byte[0])));
            for (long left = end; left > 0; left -= block.limit()) {
                block.clear().limit((int) Math.min(BLOCK, left));
                while (block.hasRemaining()) {
                    out.write(block);
                }
            }
            out.force(true);
        }
    }

    private static void writeConfig(Path file, Bert bert) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode config = (ObjectNode) json.readTree(file.toFile());
        config.put("vocab_size", bert.vocabulary())
                .put("max_position_embeddings", bert.positions())
                .put("hidden_size", bert.hidden())
                .put("num_hidden_layers", bert.layers())
                .put("num_attention_heads", bert.heads())
                .put("intermediate_size", bert.intermediate());
        json.writeValue(file.toFile(), config);
    }

    /** Seconds of reading a file into memory that is allocated for it, as whoever wants to keep its content must. */
    private static double read(Path file) throws IOException {
        long start = now();
        List<ByteBuffer> content = new ArrayList<>();
        try (FileChannel in = FileChannel.open(file)) {
            for (long left = in.size();
                    left > 0;
                    left -= content.get(content.size() - 1).capacity()) {
                ByteBuffer part = ByteBuffer.allocateDirect((int) Math.min(1 << 28, left));
                while (part.hasRemaining()) {
                    in.read(part);
                }
                content.add(part);
            }
        }
        return seconds(start);
    }

    private static void assertLastRow(Backbone backbone, Map<String, Shape> shapes, FloatFormat type, int vocabulary) {
        String words = "embeddings.word_embeddings.weight";
        long before = 0;
        for (Map.Entry<String, Shape> entry : shapes.entrySet()) {
            if (entry.getKey().equals(words)) {
                break;
            }
            before += entry.getValue().size();
        }
        ByteBuffer block = block(type);
        float[] row = backbone.wordEmbeddings(new int[] {vocabulary - 1}).values();
        for (int i = 0; i < WIDTH; i++) {
            int place = (int) ((before + (vocabulary - 1L) * WIDTH + i) * type.bytes() % BLOCK);
            double expected =
                    type == FloatFormat.F32 ? block.getFloat(place) : 0.5 + (block.getShort(place) - 0x3800) / 2048.0;
            assertThat((double) row[i]).as("value %d of the last row", i).isCloseTo(expected, within(0.004));
        }
    }
}
