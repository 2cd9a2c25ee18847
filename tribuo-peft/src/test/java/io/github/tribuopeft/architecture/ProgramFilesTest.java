package io.github.tribuopeft.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.engine.Devices;
import io.github.tribuopeft.engine.TorchScriptModule;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyArchitectures;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Files of the programs. {@code src/test/python/programs_test.py} runs them as Python. */
class ProgramFilesTest {

    private static final String PARSE =
            "import ast, sys\nfor file in sys.argv[1:]:\n    ast.parse(open(file, encoding='utf-8').read(), file)";

    private static List<Path> files() throws IOException {
        try (Stream<Path> paths = Files.walk(Path.of("src/main/resources"))) {
            return paths.filter(path -> path.toString().endsWith(".py")).toList();
        }
    }

    private static List<Architecture> architectures() {
        return Stream.concat(TinyArchitectures.all(), Stream.of(new TracedArchitecture(40, 8, 8, 48).architecture()))
                .toList();
    }

    @Test
    void libtorchCompilesThem() throws IOException {
        Set<String> compiled = new TreeSet<>();
        try (NDManager manager = NDManager.newBaseManager(TestDevice.get(), Devices.ENGINE)) {
            for (Architecture architecture : architectures()) {
                TorchScriptModule.load(manager, architecture.program(), architecture.constants())
                        .close();
                compiled.addAll(architecture.program().files().keySet());
            }
        }
        Set<String> files = files().stream()
                .filter(file -> file.getParent().endsWith("architecture"))
                .map(file -> file.getFileName().toString().replace(".py", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(compiled).isEqualTo(files);
    }

    @Test
    void pythonParsesThem() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3", "-c", PARSE));
        files().forEach(file -> command.add(file.toString()));
        assumeThat(Arrays.stream(System.getenv("PATH").split(File.pathSeparator)))
                .as("python3 on the path")
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "python3")));
        Process python = new ProcessBuilder(command).redirectErrorStream(true).start();
        assertThat(new String(python.getInputStream().readAllBytes())).isEmpty();
        assertThat(python.waitFor()).isZero();
    }

    @Test
    void linesAreShort() throws IOException {
        for (Path file : files()) {
            assertThat(Files.readAllLines(file)).as(file.toString()).allMatch(line -> line.length() <= 120);
        }
    }
}
