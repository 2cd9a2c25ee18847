package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.architecture.Bert;
import io.github.tribuopeft.method.FullFineTuning;
import io.github.tribuopeft.testing.ChildJvm;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;

/**
 * Resident memory with models that nobody closes, as in Tribuo's cross-validation, bagging and ensembles: the garbage
 * collector frees them.
 */
class DroppedModelsTest {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int MODELS = 8;

    /**
     * A JVM of its own, whose heap has a fixed size, so that only native memory can grow, with one arena of malloc,
     * so that its threads use memory again that another one released.
     */
    @Test
    void residentMemoryDoesNotGrow(@TempDir Path folder) throws Exception {
        assumeTrue(Files.isReadable(STATUS), "skipped: this system has no " + STATUS);
        List<String> heap = List.of("-Xms160m", "-Xmx160m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC");
        ChildJvm.Outcome outcome = ChildJvm.start(folder, heap, Map.of("MALLOC_ARENA_MAX", "1"), Program.class)
                .await();
        assertThat(outcome.code()).as(outcome.err()).isZero();
        long[] resident = Stream.of(outcome.out().strip().split(" "))
                .mapToLong(Long::parseLong)
                .toArray();
        long growth = resident[resident.length - 1] - resident[0];
        assertThat(growth)
                .as("growth in kB over %s models of 4.5 MB, of %s", 3 * MODELS, outcome.out())
                .isLessThan(20 * 1024);
    }

    /** Prints the resident memory in kB after each round of dropped full fine-tunings. */
    static final class Program {

        private Program() {}

        public static void main(String[] arguments) throws Exception {
            WideBert backbone = new WideBert();
            MutableDataset<Label> data = Fixtures.opinions(8);
            PeftTrainer<Label> trainer = Fixtures.trainer(new FullFineTuning())
                    .backbone(backbone)
                    .options(Fixtures.options().epochs(1).build())
                    .build();
            for (int round = 0; round < 4; round++) {
                for (int i = 0; i < MODELS; i++) {
                    trainer.train(data).predict(data);
                }
                while (BackbonePool.handles(backbone.fingerprint()) > 0) {
                    System.gc();
                    Thread.sleep(20);
                }
                System.out.print(residentKilobytes() + " ");
            }
        }

        private static long residentKilobytes() throws IOException {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** A backbone with larger weights than {@link TinyBert}. */
    private static final class WideBert implements BackboneSource {

        private static final Bert BERT = new Bert(145, 48, 2, 256, 2, 2, 512, 1e-12);

        @Override
        public String name() {
            return "wide-bert";
        }

        @Override
        public Fingerprint fingerprint() {
            return new Fingerprint(
                    Fingerprint.sha256(BERT.toString().getBytes(StandardCharsets.UTF_8)),
                    Fingerprint.sha256("weights".getBytes(StandardCharsets.UTF_8)),
                    Fingerprint.sha256("tiny-tokenizer.json".getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public Checkpoint open() {
            return TinyCheckpoint.random(BERT.architecture(), 1);
        }

        @Override
        public ConfiguredObjectProvenance getProvenance() {
            return new ConfiguredObjectProvenanceImpl(this, "BackboneSource");
        }
    }
}
