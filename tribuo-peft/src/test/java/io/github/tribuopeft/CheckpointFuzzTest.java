package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.IA3;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.Fuzz;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.training.ParameterSet;
import io.github.tribuopeft.training.TrainingOptions;
import io.github.tribuopeft.training.TrainingPlan;
import io.github.tribuopeft.training.TrainingSnapshot;
import io.github.tribuopeft.training.TrainingState;
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
import org.tribuo.protos.core.ModelProto;

/** Damaged checkpoints, and damaged states with valid seals. */
class CheckpointFuzzTest {

    private static final long SEED = 20261126L;
    private static final TrainingOptions OPTIONS =
            Fixtures.options().epochs(2).keepState().build();

    @TempDir
    private static Path folder;

    private static ModelProto sound;
    private static TrainingPlan plan;
    private static TrainingState initial;

    @BeforeAll
    static void train() throws IOException {
        CheckpointPolicy policy = CheckpointPolicy.in(folder.resolve("run")).keep(1);
        PeftTrainer.builder(new LabelHead(0.0))
                .backbone(new TinyBert())
                .method(new IA3())
                .options(OPTIONS)
                .checkpoints(policy)
                .build()
                .train(Fixtures.opinions(8), Fixtures.opinions(6))
                .close();
        plan = TrainingPlan.of(OPTIONS, 8, new IA3(), null, new LabelHead(0.0));
        Path file = policy.directory().resolve("step-00000002.checkpoint");
        sound = ModelProto.parseFrom(Files.readAllBytes(file));
        TrainingSnapshot snapshot = CheckpointFile.read(file).snapshot();
        ParameterSet parameters = snapshot.state().parameters();
        initial = TrainingState.initial(parameters.method(), parameters.head());
        snapshot.requireFits(plan, initial);
        assertThat(snapshot.best()).isPresent();
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
    void damagedFiles() throws Exception {
        Fuzz.runSealed(target("checkpoint", 500, sound.toByteArray(), CheckpointFuzzTest::load), SEED);
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
    void damagedBodiesWithValidSeals() throws Exception {
        Fuzz.run(
                target(
                        "checkpoint under its seal",
                        1000,
                        ModelFiles.unseal(sound.getSerializedData()).toByteArray(),
                        body -> load(sound.toBuilder()
                                .setSerializedData(ModelFiles.seal(ByteString.copyFrom(body)))
                                .build()
                                .toByteArray())),
                SEED);
    }

    private static Fuzz.Target target(String name, int cases, byte[] whole, Fuzz.Reader reader) {
        return new Fuzz.Target(
                name, cases, List.of(whole), Set.of(IOException.class, IllegalArgumentException.class), reader);
    }

    private static void load(byte[] bytes) throws IOException {
        CheckpointFile.read(Files.write(folder.resolve("x.checkpoint"), bytes))
                .snapshot()
                .requireFits(plan, initial);
    }
}
