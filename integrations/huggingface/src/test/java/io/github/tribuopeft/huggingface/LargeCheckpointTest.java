package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.tribuopeft.architecture.Bert;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.engine.FloatFormat;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.huggingface.safetensors.Safetensors;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Files of 3 GB: {@code mvn verify -Plarge -pl integrations/huggingface -am}. The test needs 3 GB of disk space,
 * which it frees, and up to 8 GB of memory in addition to the heap.
 */
@Tag("large")
class LargeCheckpointTest {

    private static final int WIDTH = 4096;
    private static final int BLOCK = 1 << 20;
    private static final int ROUNDS = 3;
    /** Dimensions of a model whose weights are 3.2 GB in half precision. */
    private static final Bert HALF = new Bert(131_072, 131_072, 2, WIDTH, 1, 32, 57_344, 1e-12);

    @TempDir
    private static Path temporary;

    private static int threads;

    @BeforeAll
    static void requireDiskSpace() throws IOException {
        assumeTrue(
                Files.getFileStore(temporary).getUsableSpace() > 4_000_000_000L,
                "skipped: not enough disk space for files of 3 GB in " + temporary);
    }

    /** Uses the default number of threads, unlike other tests. */
    @BeforeAll
    static void useDefaultThreads() {
        threads = TorchRuntime.workers();
        TorchRuntime.setThreads(Runtime.getRuntime().availableProcessors());
    }

    @AfterAll
    static void restoreThreads() {
        TorchRuntime.setThreads(threads);
    }

    @Test
    void largeTensors() throws IOException {
        measure(new Bert(65_536, 65_536, 2, WIDTH, 1, 32, 28_672, 1e-12), FloatFormat.F32, Precision.FP32);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void largeTensorsOfBfloat16(Precision precision) throws IOException {
        measure(HALF, FloatFormat.BF16, precision);
    }

    @Test
    void largeTensorsOfHalfPrecision() throws IOException {
        measure(HALF, FloatFormat.F16, Precision.BF16);
    }

    /** A tensor of 3.1 GB; a buffer in Java is limited to 2.1 GB. */
    @Test
    void oneTensorBeyondTwoGigabytes() throws IOException {
        measure(new Bert(190_000, 8, 2, WIDTH, 1, 32, 16, 1e-12), FloatFormat.F32, Precision.FP32);
    }

    /**
     * Opens a backbone and prints the time, next to the times of two reads of the file into memory, for information
     * only. The measurements alternate, and each needs new memory from the system, as in a new process.
     */
    private static void measure(Bert bert, FloatFormat type, Precision precision) throws IOException {
        Path directory = TinyBertDirectory.write(temporary.resolve("large"));
        Path file = directory.resolve(WeightFiles.WHOLE);
        try {
            Map<String, Shape> shapes = new TreeMap<>(bert.architecture().weights());
            write(file, shapes, type);
            writeConfig(directory.resolve("config.json"), bert);
            assertThat(Files.size(file)).isGreaterThan(2_900_000_000L);
            System.out.printf(
                    "%.2f GB of %s in %d tensors, opened in %s: seconds (of which hashing), and seconds of two reads"
                            + " into memory%n",
                    Files.size(file) / 1e9, type, shapes.size(), precision);
            for (int round = 0; round < ROUNDS; round++) {
                double twice = read(file);
                giveMemoryBack();
                twice += read(file);
                giveMemoryBack();
                HuggingFaceDirectory source = new HuggingFaceDirectory(directory);
                long start = now();
                source.fingerprint();
                double hashing = seconds(start);
                HeapGrowth heap = new HeapGrowth();
                start = now();
                try (Backbone backbone = Backbone.open(source, TestDevice.get(), precision)) {
                    double opening = seconds(start);
                    long grown = heap.bytes();
                    System.out.printf(
                            "%.2f (%.2f) : %.2f = %.2f; the heap grew by at most %d MB%n",
                            opening, hashing, twice, opening / twice, grown >> 20);
                    assertThat(grown).as("growth of the heap in bytes").isLessThan(200L << 20);
                    assertLastRow(backbone, shapes, type, bert.vocabulary());
                }
                giveMemoryBack();
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** Waits, because a virtual machine returns free memory to its host within seconds and gets it back slowly. */
    private static void giveMemoryBack() {
        System.gc();
        try {
            Thread.sleep(4000);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Growth of the Java heap. */
    private static final class HeapGrowth {

        private final List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
        private final long before;

        HeapGrowth() {
            System.gc();
            pools.forEach(MemoryPoolMXBean::resetPeakUsage);
            before = pools.stream().mapToLong(pool -> pool.getUsage().getUsed()).sum();
        }

        /** Returns an upper bound of the growth since the start. */
        long bytes() {
            return pools.stream()
                            .mapToLong(pool -> pool.getPeakUsage().getUsed())
                            .sum()
                    - before;
        }
    }

    private static double seconds(long since) {
        return (now() - since) / 1e9;
    }

    private static long now() {
        return System.nanoTime();
    }

    /** Values that repeat every mebibyte. They are not zero, so that the file is not sparse. */
    private static ByteBuffer block(FloatFormat type) {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
        SplittableRandom random = new SplittableRandom(1);
        while (block.hasRemaining()) {
            if (type == FloatFormat.F32) {
                block.putFloat((float) random.nextDouble(0.5, 1.0));
            } else {
                block.putShort((short) random.nextInt(0x3800, 0x3c00)); // in half precision, from 0.5 to 1
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
        String json = new ObjectMapper().writeValueAsString(header);
        String padded = json + " ".repeat(-json.length() & 7); // as the safetensors library does
        ByteBuffer block = block(type);
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            out.write(ByteBuffer.wrap(Safetensors.file(padded, new byte[0])));
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

    /** Returns the seconds for reading a file into newly allocated memory. */
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
            int offset = (int) ((before + (vocabulary - 1L) * WIDTH + i) * type.bytes() % BLOCK);
            double expected =
                    switch (type) {
                        case F32 -> block.getFloat(offset);
                        case F16 -> 0.5 + (block.getShort(offset) - 0x3800) / 2048.0;
                        default -> Float.intBitsToFloat(block.getShort(offset) << Short.SIZE);
                    };
            assertThat((double) row[i]).as("value %d of the last row", i).isCloseTo(expected, withinPercentage(0.4));
        }
    }
}
