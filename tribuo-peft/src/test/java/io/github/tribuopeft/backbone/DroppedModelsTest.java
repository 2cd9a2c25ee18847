package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.architecture.Bert;
import io.github.tribuopeft.method.FullFineTuning;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.ResidentMemory;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.testing.TinyCheckpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;

/**
 * Resident memory with models that nobody closes, as in Tribuo's cross-validation, bagging and ensembles: the garbage
 * collector frees them.
 */
class DroppedModelsTest {

    private static final int MODELS = 8;

    @Test
    void residentMemoryDoesNotGrow(@TempDir Path folder) throws Exception {
        long[] resident = ResidentMemory.measure(folder, Program.class);
        assertThat(resident[resident.length - 1] - resident[1]) // the first models reach the usual size of the heap
                .as("growth in kB over %s models of 4.5 MB, of %s", 2 * MODELS, Arrays.toString(resident))
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
                ResidentMemory.print();
            }
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
