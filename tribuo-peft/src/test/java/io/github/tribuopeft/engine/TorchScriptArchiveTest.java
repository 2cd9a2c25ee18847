package io.github.tribuopeft.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.testing.TestDevice;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TorchScriptArchiveTest {

    private static final String MAIN = """
            from typing import Dict

            from torch import Tensor
            from torch.nn import Module

            from .shape import Shape
            from .numbers import scaled, shifted


            class Main(Module):
                training: bool
                factor: float
                shape: Shape
                weights: Dict[str, Tensor]

                def apply(self, x, entries: Dict[str, Tensor]):
                    return self.shape.fold(scaled(x, self.factor))  # scaled
            """;
    private static final String SHAPE = """
            from typing import Protocol as Interface

            from torch import Tensor


            class Shape(Interface):
                def fold(self, x: Tensor) -> Tensor:
                    pass
            """;
    private static final String NUMBERS = """
            def shifted(x):
                return x + 1.


            def scaled(x, factor: float):
                return shifted(x) * factor
            """;
    private static final String ROWS = """
            class Rows:
                rows: int

                def fold(self, x):
                    return x.view(self.rows, -1)
            """;

    private final NDManager scope = NDManager.newBaseManager(TestDevice.get(), Devices.ENGINE);

    @AfterEach
    void close() {
        scope.close();
    }

    private static ProgramSource source(String numbers, Map<String, String> implementations) {
        return new ProgramSource(
                "main", implementations, Map.of("main", MAIN, "shape", SHAPE, "numbers", numbers, "rows", ROWS));
    }

    private TorchScriptModule load(String numbers) {
        return TorchScriptModule.load(
                scope, source(numbers, Map.of("shape", "rows")), Map.of("factor", 2.0, "rows", 2L));
    }

    @Test
    void filesImportFromEachOther() {
        try (TorchScriptModule program = load(NUMBERS)) {
            assertThat(program.call("apply", List.of(scope.create(new float[] {1, 2, 3, 4})), Map.of()))
                    .isEqualTo(scope.create(new float[][] {{4, 6}, {8, 10}}));
        }
    }

    @Test
    void compileErrorsNameFileAndLine() {
        assertThatThrownBy(() -> load(NUMBERS.replace("x + 1.", "x + unknown")))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("undefined value unknown")
                .hasMessageContaining("\"code/__torch__/numbers.py\", line 2")
                .hasMessageContaining("\"code/__torch__/main.py\", line 17");
    }

    @Test
    void runTimeErrorsNameFileAndLine() {
        try (TorchScriptModule program = load(NUMBERS)) {
            assertThatThrownBy(() -> program.call("apply", List.of(scope.create(new float[3])), Map.of()))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("\"code/__torch__/rows.py\", line 5");
        }
    }

    @Test
    void translationKeepsLines() {
        String translated = ArchiveTranslator.translate("numbers", NUMBERS);
        assertThat(translated).isEqualTo(NUMBERS.replace("return shifted", "return __torch__.numbers.shifted"));
        assertThat(ArchiveTranslator.translate("main", MAIN).lines())
                .hasSameSizeAs(MAIN.lines().toList())
                .contains("    shape: __torch__.shape.Shape")
                .noneMatch(line -> line.startsWith("from "));
    }

    @Test
    void attributesWithoutValues() {
        assertThatThrownBy(
                        () -> TorchScriptArchive.pack(source(NUMBERS, Map.of("shape", "rows")), Map.of("factor", 2.0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The program's file rows.py needs the constant 'rows'; given are [factor]");
        assertThatThrownBy(() -> TorchScriptArchive.pack(source(NUMBERS, Map.of()), Map.of("factor", 2.0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The program's file main.py needs a class for the attribute 'shape'");
        assertThatThrownBy(() -> TorchScriptArchive.pack(
                        new ProgramSource("numbers", Map.of(), Map.of("numbers", NUMBERS)), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The program's file numbers.py declares no class");
    }
}
