package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.ResidentMemory;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.training.TrainingControl;
import io.github.tribuopeft.training.TrainingListener;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.Dataset;
import org.tribuo.classification.Label;

/** Memory of a long training with checkpoints. */
@Tag("endurance")
class CheckpointEnduranceTest {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int STEPS = 10_000;

    @TempDir
    private Path folder;

    /**
     * Memory after a number of steps.
     *
     * @param megabytes resident memory of the process after a garbage collection
     * @param arrays arrays and managers of the engine
     */
    private record Memory(long step, long megabytes, int arrays) {}

    private static Memory memory(long step) {
        try (NDManager manager = TorchRuntime.newManager(TestDevice.get())) {
            return new Memory(step, ResidentMemory.kilobytes() / 1024, arrays(manager.getParentManager()));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int arrays(Object manager) throws ReflectiveOperationException {
        if (!(manager instanceof BaseNDManager)) {
            return 0;
        }
        int count = 0;
        for (String name : List.of("resources", "tempResources")) {
            Field field = BaseNDManager.class.getDeclaredField(name);
            field.setAccessible(true);
            for (Object resource : ((Map<?, ?>) field.get(manager)).values()) {
                count += 1 + arrays(resource);
            }
        }
        return count;
    }

    @Test
    void memoryIsConstant() {
        assumeTrue(Files.isReadable(STATUS), "skipped: this system has no /proc");
        List<Memory> measured = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            private TrainingControl control;

            @Override
            public void onStart(TrainingStart start, TrainingControl ofRun) {
                control = ofRun;
                assertThat(start.epochs() * start.stepsPerEpoch()).isEqualTo(STEPS);
            }

            @Override
            public void onEpoch(TrainingEpoch epoch) {
                if (control.steps() % (STEPS / 20) == 0) {
                    measured.add(memory(control.steps()));
                }
            }
        };
        Dataset<Label> opinions = Fixtures.opinions(40);
        PeftTrainer.builder(new LabelHead(0.1))
                .backbone(new TinyBert())
                .method(LoRA.builder().rank(2).dropout(0.1).build())
                .options(Fixtures.options()
                        .epochs(STEPS / 10)
                        .batchSize(4)
                        .keepState()
                        .build())
                .device("cpu")
                .listener(listener)
                .checkpoints(CheckpointPolicy.in(folder.resolve("run")).everySteps(10))
                .build()
                .train(opinions, Fixtures.opinions(6))
                .close();
        measured.forEach(System.out::println);
        assertThat(measured).hasSize(20);
        assertThat(measured)
                .extracting(Memory::arrays)
                .containsOnly(measured.get(0).arrays());
        List<Memory> first = measured.subList(0, 10);
        List<Memory> second = measured.subList(10, 20);
        // the Java heap grows and shrinks by some regions
        assertThat(least(second)).isLessThan(least(first) + least(first) / 20);
        assertThat(most(second)).isLessThan(most(first) + most(first) / 20);
    }

    private static long least(List<Memory> measured) {
        return measured.stream().mapToLong(Memory::megabytes).min().orElseThrow();
    }

    private static long most(List<Memory> measured) {
        return measured.stream().mapToLong(Memory::megabytes).max().orElseThrow();
    }
}
