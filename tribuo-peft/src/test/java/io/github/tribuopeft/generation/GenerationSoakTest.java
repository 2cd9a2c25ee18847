package io.github.tribuopeft.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.UploadedAdapter;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.testing.ResidentMemory;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBackbone;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory of 10,000 texts, of which every other one is cancelled. */
@Tag("large")
class GenerationSoakTest {

    private static final int BATCHES = 1250;
    private static final int BATCH = 8;
    private static final long MOST_GROWTH_KB = 8 << 10;

    @TempDir
    private Path folder;

    @Test
    void memoryStaysTheSame() throws Exception {
        long[] kilobytes = ResidentMemory.measure(folder, Program.class);
        assertThat(kilobytes).hasSize(2);
        assertThat(kilobytes[1] - kilobytes[0]).as("growth in kB").isLessThan(MOST_GROWTH_KB);
    }

    /** Generates texts and prints the memory after a fifth of them and at the end. */
    static final class Program {

        private Program() {}

        public static void main(String[] arguments) {
            try (Backbone backbone = Backbone.open(new TinyBackbone("llama"), TestDevice.get(), Precision.FP32)) {
                UploadedAdapter none = new UploadedAdapter(Map.of(), VirtualTokens.NONE);
                for (int batch = 1; batch <= BATCHES; batch++) {
                    List<BatchGenerator.Item> items = IntStream.range(0, BATCH)
                            .mapToObj(i -> new BatchGenerator.Item(
                                    none,
                                    GenerationRequest.sampling("the dogs".substring(0, i + 1), 1, i)
                                            .withMaxTokens(4 + i),
                                    part -> i % 2 == 0))
                            .toList();
                    new BatchGenerator(backbone).generate(items, BATCH);
                    if (batch == BATCHES / 5 || batch == BATCHES) {
                        ResidentMemory.print();
                    }
                }
            }
        }
    }
}
