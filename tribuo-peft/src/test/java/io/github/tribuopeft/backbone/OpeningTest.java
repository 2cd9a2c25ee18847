package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.architecture.Bert;
import io.github.tribuopeft.testing.ResidentMemory;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.testing.TinyCheckpoint;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Opening of damaged backbones, and interrupted opening: an error with a clear message, and nothing stays open. */
class OpeningTest {

    private static final String WORDS = "embeddings.word_embeddings.weight";

    private final TinyBert tiny = new TinyBert(2_010);
    private TinyCheckpoint checkpoint = tiny.open();
    private final AtomicInteger states = new AtomicInteger();
    private int before;

    @BeforeEach
    void count() {
        before = BackbonePool.size();
    }

    @AfterEach
    void everythingIsClosed() {
        assertThat(BackbonePool.size()).isEqualTo(before);
        Thread.interrupted();
    }

    /** Checkpoint with the weights of the tiny one. */
    private class Plain implements Checkpoint {
        boolean closed;

        @Override
        public Architecture architecture() {
            return checkpoint.architecture();
        }

        @Override
        public void read(NDManager manager, WeightReceiver receiver) {
            checkpoint.read(manager, receiver);
        }

        @Override
        public InputStream tokenizer() throws IOException {
            return checkpoint.tokenizer();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private BackboneSource source(Checkpoint opened) {
        return new StubSource("tiny", tiny::fingerprint, () -> opened) {
            @Override
            public String fileState() {
                return "state " + states.get();
            }
        };
    }

    private static void open(BackboneSource source) {
        Backbone.open(source, TestDevice.get(), Precision.FP32).close();
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void notFiniteWeights(float value) {
        for (String weight : List.of(WORDS, "encoder.layer.1.output.LayerNorm.bias")) {
            float[] values = checkpoint.weights().get(weight).values();
            float original = values[values.length - 1];
            values[values.length - 1] = value;
            for (Precision precision : Precision.values()) {
                assertThatThrownBy(() -> Backbone.open(source(new Plain()), TestDevice.get(), precision))
                        .isInstanceOf(BackboneException.class)
                        .hasMessageContaining("Backbone tiny: weight '" + weight + "'")
                        .hasMessageContaining("contains NaN or infinity");
            }
            values[values.length - 1] = original;
        }
        open(source(new Plain()));
    }

    private Plain withTokenizer(String from, String to) throws IOException {
        String json = new ObjectMapper().readTree(checkpoint.tokenizer()).toString();
        assertThat(json).contains(from);
        return new Plain() {
            @Override
            public InputStream tokenizer() {
                return new ByteArrayInputStream(json.replace(from, to).getBytes(StandardCharsets.UTF_8));
            }
        };
    }

    @Test
    void idsBeyondTheEmbeddings() throws IOException {
        Plain more = withTokenizer(
                "\"added_tokens\":[",
                "\"added_tokens\":[{\"id\":145,\"content\":\"<new>\",\"single_word\":false,\"lstrip\":false,"
                        + "\"rstrip\":false,\"normalized\":false,\"special\":true},");
        assertThatThrownBy(() -> open(source(more)))
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("its tokenizer has ids up to 145, but its word embeddings have only 145 rows");
    }

    @Test
    void tokenTypesBeyondTheEmbeddings() throws IOException {
        Plain more = withTokenizer("\"id\":\"A\",\"type_id\":0", "\"id\":\"A\",\"type_id\":2");
        assertThatThrownBy(() -> open(source(more)))
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("token types up to 2, but its token type embeddings have only 2 rows");
    }

    @Test
    void filesThatChangeWhileTheyAreRead() {
        Plain changing = new Plain() {
            @Override
            public void read(NDManager manager, WeightReceiver receiver) {
                super.read(manager, receiver);
                states.incrementAndGet();
            }
        };
        assertThatThrownBy(() -> open(source(changing)))
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("The files of backbone 'tiny' changed while they were read");
        // with another backbone in memory, files are hashed first
        try (Backbone other = Backbone.open(new TinyBert(2_011), TestDevice.get(), Precision.FP32)) {
            assertThatThrownBy(() -> open(source(changing))).hasMessageContaining("changed while they were read");
            assertThat(other.parameters()).isPositive();
        }
        assertThat(changing.closed).isTrue();
    }

    @Test
    void interruptedBetweenWeights() {
        Plain interrupted = new Plain() {
            @Override
            public void read(NDManager manager, WeightReceiver receiver) {
                Thread.currentThread().interrupt();
                super.read(manager, receiver);
            }
        };
        assertThatThrownBy(() -> open(source(interrupted)))
                .isInstanceOf(BackboneInterruptedException.class)
                .hasMessage("Opening backbone 'tiny' was interrupted");
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThat(interrupted.closed).isTrue();
    }

    /** Returns sources that fail at each stage: tokenizer, weights, end of weights, module, fingerprint. */
    private List<BackboneSource> failing() {
        List<BackboneSource> sources = new ArrayList<>();
        sources.add(source(new Plain() {
            @Override
            public InputStream tokenizer() throws IOException {
                throw new IOException("no tokenizer");
            }
        }));
        sources.add(source(new Plain() {
            @Override
            public void read(NDManager manager, WeightReceiver receiver) {
                throw new BackboneException("no weights");
            }
        }));
        sources.add(source(new Plain() {
            @Override
            public void read(NDManager manager, WeightReceiver receiver) {
                super.read(manager, receiver);
                throw new OutOfMemoryError("no memory");
            }
        }));
        sources.add(source(new Plain() {
            @Override
            public Optional<Path> module() {
                return Optional.of(Path.of("nowhere", "model.pt"));
            }
        }));
        BackboneSource valid = source(new Plain());
        sources.add(new StubSource(
                "tiny",
                () -> {
                    throw new BackboneException("no hash");
                },
                valid::open));
        return sources;
    }

    @Test
    void nothingStaysOpen() {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "skipped: this system has no /proc/self/fd");
        checkpoint = TinyCheckpoint.random(new Bert(100_000, 48, 2, 16, 2, 2, 32, 1e-12).architecture(), 1);
        List<BackboneSource> sources = failing();
        sources.forEach(OpeningTest::assertFails); // loads libraries and classes
        long files = files();
        long[] growth = new long[5];
        for (int i = 0; i < growth.length; i++) {
            long memory = residentMegabytes();
            sources.forEach(OpeningTest::assertFails);
            sources.forEach(OpeningTest::assertFails);
            growth[i] = residentMegabytes() - memory;
        }
        // the JVM itself may open class files
        assertThat(files() - files).isLessThan(growth.length);
        // the heap grows sometimes; three of the sources load weights of 6 MB each time
        Arrays.sort(growth);
        assertThat(growth[1])
                .as("second smallest of %s MB", Arrays.toString(growth))
                .isLessThan(2 * 3 * 6 / 2);
    }

    private static void assertFails(BackboneSource source) {
        assertThatThrownBy(() -> open(source)).isInstanceOf(BackboneException.class);
    }

    private static long residentMegabytes() {
        return ResidentMemory.kilobytes() / 1024;
    }

    private static long files() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
