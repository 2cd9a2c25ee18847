package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.BackboneCatalog;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBert;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;
import org.tribuo.protos.core.ModelProto;

/** Invalid model files. */
class PeftModelFileTest {

    private static final MutableDataset<Label> OPINIONS = Fixtures.opinions(16);

    @TempDir
    static Path folder;

    private static byte[] bytes;

    @BeforeAll
    static void save() throws IOException {
        ModelFileRegistry.register(new ComponentType<>(MovingBert.class, settings -> new MovingBert()));
        bytes = Files.readAllBytes(save(new TinyBert(), "good.tribuo"));
    }

    private static Path save(BackboneSource source, String name) throws IOException {
        Path file = folder.resolve(name);
        try (PeftModel<Label> model = Fixtures.trainer(
                        PrefixTuning.builder().virtualTokens(2).build())
                .backbone(source)
                .build()
                .train(OPINIONS)) {
            model.serializeToFile(file);
        }
        return file;
    }

    private static void assertUnreadable(byte[] content, String as) throws IOException {
        Path file = Files.write(folder.resolve("bad.tribuo"), content);
        assertThatThrownBy(() -> PeftModel.load(file))
                .as(as)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bad.tribuo");
    }

    @Test
    void truncatedFileIsAnError() throws IOException {
        IntStream lengths =
                IntStream.concat(IntStream.range(0, 200), IntStream.range(bytes.length - 100, bytes.length));
        for (int length : IntStream.concat(lengths, IntStream.iterate(200, i -> i < bytes.length, i -> i + 97))
                .toArray()) {
            assertUnreadable(Arrays.copyOf(bytes, length), "cut to " + length + " of " + bytes.length);
        }
    }

    @Test
    void alteredByteIsAnError() throws IOException {
        // The prefix of a type URL is ignored; the type itself is checked.
        String host = "type.googleapis.com/";
        int free = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(host);
        IntStream ends = IntStream.concat(IntStream.range(0, 200), IntStream.range(bytes.length - 100, bytes.length));
        for (int i : IntStream.concat(ends, IntStream.iterate(200, i -> i < bytes.length, i -> i + 53))
                .filter(i -> i < free || i >= free + host.length() - 1)
                .toArray()) {
            for (int bits : new int[] {0x01, 0x08, 0x80, 0xff}) {
                byte[] altered = bytes.clone();
                altered[i] ^= (byte) bits;
                assertUnreadable(altered, "byte " + i + " ^ " + bits);
            }
        }
    }

    @Test
    void alteredNameOrProvenanceBreaksTheSeal() throws IOException {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        for (String word : List.of("prefix-tuning", "tiny-bert-1", "trained-at", "virtualTokens", "toys", "MEAN")) {
            byte[] altered = bytes.clone();
            int at = text.indexOf(word);
            assertThat(at).as(word).isPositive();
            altered[at] ^= 0x02;
            Path file = Files.write(folder.resolve("bad.tribuo"), altered);
            assertThatThrownBy(() -> PeftModel.load(file))
                    .as(word)
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll("bad.tribuo", "SHA-256", "altered or damaged");
        }
    }

    @Test
    void trailingBytesAreAnError() throws IOException {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 3);
        assertUnreadable(longer, "three zeros more");
    }

    @Test
    void otherFileIsAnError() throws IOException {
        assertUnreadable(new byte[0], "empty");
        assertUnreadable(new byte[1000], "zeros");
        assertUnreadable("{\"model\": \"prefix\"}\n".getBytes(StandardCharsets.UTF_8), "text");
    }

    @Test
    void otherModelIsNamed() throws IOException {
        Path file = folder.resolve("linear.tribuo");
        new LogisticRegressionTrainer().train(OPINIONS).serializeToFile(file);
        assertThatThrownBy(() -> PeftModel.load(file))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("linear.tribuo", "LinearSGDModel", "PeftModel");
    }

    @Test
    void laterVersionIsAnError() throws IOException {
        ModelProto proto = ModelProto.parseFrom(bytes).toBuilder().setVersion(1).build();
        Path file = Files.write(folder.resolve("future.tribuo"), proto.toByteArray());
        assertThatThrownBy(() -> PeftModel.load(file))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("future.tribuo", "format version 1", "up to 0");
    }

    @Test
    void missingFileIsAnError() {
        assertThatThrownBy(() -> PeftModel.load(folder.resolve("absent.tribuo")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("absent.tribuo");
        assertThatThrownBy(() -> PeftModel.load(folder)).isInstanceOf(IOException.class);
    }

    /** Source whose backbone changes. */
    public static final class MovingBert implements BackboneSource {
        private static long seed;

        /** For OLCUT. */
        public MovingBert() {}

        private static TinyBert now() {
            return new TinyBert(seed);
        }

        @Override
        public String name() {
            return now().name();
        }

        @Override
        public Fingerprint fingerprint() {
            return now().fingerprint();
        }

        @Override
        public Checkpoint open() {
            return now().open();
        }

        @Override
        public ConfiguredObjectProvenance getProvenance() {
            return new ConfiguredObjectProvenanceImpl(this, "BackboneSource");
        }
    }

    @Test
    void otherBackboneIsNamed() throws IOException {
        MovingBert.seed = 101;
        Path file = save(new MovingBert(), "moved.tribuo");
        MovingBert.seed = 102;
        try (PeftModel<?> model = PeftModel.load(file)) {
            assertThatThrownBy(() -> predictAll(model))
                    .isInstanceOf(BackboneException.class)
                    .hasMessageContainingAll(
                            "'tiny-bert-101'",
                            new TinyBert(101).fingerprint().shortForm(),
                            "'tiny-bert-102'",
                            new TinyBert(102).fingerprint().shortForm());
            MovingBert.seed = 101; // and once it is back, the same model predicts
            assertThat(predictAll(model)).hasSize(16);
        }
    }

    @Test
    void registeredSourceIsFound() throws IOException {
        MovingBert.seed = 103;
        Path file = save(new MovingBert(), "registered.tribuo");
        MovingBert.seed = 104;
        BackboneCatalog.register(new TinyBert(103));
        try (PeftModel<?> model = PeftModel.load(file)) {
            assertThat(predictAll(model)).hasSize(16);
            assertThat(model.backbone().name()).isEqualTo("tiny-bert-103");
        }
    }

    @SuppressWarnings("unchecked") // the models here were trained on labels
    private static List<?> predictAll(PeftModel<?> model) {
        return new ArrayList<>(((PeftModel<Label>) model).predict(OPINIONS));
    }
}
