package io.github.tribuopeft;

import com.google.protobuf.ByteString;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.Fuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.classification.Label;
import org.tribuo.protos.core.ModelProto;

/** Damaged model files, and damaged models with valid seals. */
class ModelFileFuzzTest {

    private static final long SEED = 20251125L;

    @TempDir
    private static Path folder;

    private static ModelProto sound;

    @BeforeAll
    static void train() {
        try (PeftModel<Label> model = Fixtures.trainer(
                        PrefixTuning.builder().virtualTokens(1).build())
                .build()
                .train(Fixtures.opinions(8))) {
            sound = model.serialize();
        }
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
    void damagedFiles() throws Exception {
        Fuzz.runSealed(target("model file", 500, sound.toByteArray(), ModelFileFuzzTest::load), SEED);
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
    void damagedBodiesWithValidSeals() throws Exception {
        Fuzz.run(
                target(
                        "model under its seal",
                        1000,
                        ModelFiles.unseal(sound.getSerializedData()).toByteArray(),
                        body -> load(sound.toBuilder()
                                .setSerializedData(ModelFiles.seal(ByteString.copyFrom(body)))
                                .build()
                                .toByteArray())),
                SEED);
    }

    private static Fuzz.Target target(String name, int cases, byte[] whole, Fuzz.Reader reader) {
        return new Fuzz.Target(name, cases, List.of(whole), Set.of(IOException.class), reader);
    }

    private static void load(byte[] bytes) throws IOException {
        PeftModel.load(Files.write(folder.resolve("x.tribuo"), bytes)).close();
    }
}
