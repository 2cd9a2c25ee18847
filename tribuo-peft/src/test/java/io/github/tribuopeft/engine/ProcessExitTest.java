package io.github.tribuopeft.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.testing.ChildJvm;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.training.TrainingOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tribuo.classification.Label;

/** Services that end their JVM while other threads run native code. */
@EnabledOnOs(OS.LINUX)
class ProcessExitTest {

    private static final int CODE = 42;

    @TempDir
    private Path folder;

    /**
     * Program that trains in several threads and ends the JVM. Arguments: {@code exit} or {@code halt}, and
     * milliseconds.
     */
    static final class Service {

        private Service() {}

        public static void main(String[] arguments) throws InterruptedException {
            for (int i = 0; i < 4; i++) {
                Thread thread = new Thread(Service::trainForever);
                thread.setDaemon(i % 2 == 0);
                thread.start();
            }
            if (arguments[0].equals("halt")) {
                TorchRuntime.torchVersion(); // halt does not wait until libtorch is loaded
            }
            Thread.sleep(Long.parseLong(arguments[1]));
            if (arguments[0].equals("halt")) {
                Runtime.getRuntime().halt(CODE);
            }
            System.exit(CODE);
        }

        private static void trainForever() {
            PeftTrainer<Label> trainer = PeftTrainer.builder(new LabelHead())
                    .backbone(new TinyBert())
                    .method(new PrefixTuning())
                    .options(TrainingOptions.builder().epochs(1_000_000).build())
                    .build();
            trainer.train(Fixtures.opinions(32));
        }
    }

    /**
     * Program that registers C's {@code abort} as an exit handler, like a destructor that crashes, {@code before} or
     * {@code after} libtorch is loaded, and then ends the JVM.
     */
    static final class Crash {

        private Crash() {}

        public static void main(String[] arguments) {
            if (arguments[1].equals("after")) {
                TorchRuntime.torchVersion();
            }
            NativeLibrary process = NativeLibrary.getProcess();
            process.getFunction("on_exit").invokeInt(new Object[] {process.getFunction("abort"), Pointer.NULL});
            if (arguments[1].equals("before")) {
                TorchRuntime.torchVersion();
            }
            if (arguments[0].equals("halt")) {
                Runtime.getRuntime().halt(CODE);
            }
            System.exit(CODE);
        }
    }

    @ParameterizedTest
    @CsvSource({"exit,before", "exit,after", "halt,before"})
    void destructorsDoNotRun(String way, String order) throws Exception {
        ChildJvm.Outcome outcome = ChildJvm.start(folder, List.of(), Map.of(), Crash.class, way, order)
                .await();
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(CODE);
    }

    @Test
    void exitsDuringNativeWork() throws Exception {
        exits(1, 20);
    }

    @Test
    @Tag("signals")
    void exitsDuringNativeWorkManyTimes() throws Exception {
        exits(100, 21);
    }

    private void exits(int times, long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < times; i++) {
            for (String way : List.of("exit", "halt")) {
                ChildJvm.Outcome outcome = ChildJvm.start(
                                folder,
                                List.of(),
                                Map.of("OMP_NUM_THREADS", "2"),
                                Service.class,
                                way,
                                "" + random.nextInt(way.equals("exit") ? 200 : 0, 2500))
                        .await();
                assertThat(outcome.code())
                        .as("%s %d: %s", way, i, outcome.err())
                        .isEqualTo(CODE);
            }
        }
        assertThat(ChildJvm.crashReports(folder)).isEmpty();
    }
}
