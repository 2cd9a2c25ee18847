package io.github.tribuopeft.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchRuntimeTest {

    /** libgomp would end the process if it cannot start its threads. */
    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 100_000, Integer.MAX_VALUE})
    void invalidNumbersOfThreads(int threads) {
        int before = TorchRuntime.threads();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TorchRuntime.setThreads(threads))
                .withMessageContaining("must be from 1 to ")
                .withMessageContaining("but is " + threads);
        assertThat(TorchRuntime.threads()).isEqualTo(before);
    }

    @Test
    void tooLargeTensors() {
        assertThat(Tensor.length(3, 4)).isEqualTo(12);
        for (long[] extents : new long[][] {{1 << 16, 1 << 16}, {Long.MAX_VALUE, 2}}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Tensor.length(extents))
                    .withMessageContaining("more than 2147483647 values");
        }
    }
}
