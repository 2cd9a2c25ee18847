package io.github.tribuopeft.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchRuntimeTest {

    /** libgomp would end the process if it cannot start its threads. */
    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 100_000, Integer.MAX_VALUE})
    void invalidNumbersOfThreads(int threads) {
        int workers = TorchRuntime.workers();
        for (IntConsumer setter : List.<IntConsumer>of(TorchRuntime::setThreads, TorchRuntime::setOperationThreads)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> setter.accept(threads))
                    .withMessageContaining("must be from 1 to ")
                    .withMessageContaining("but is " + threads);
        }
        assertThat(TorchRuntime.workers()).isEqualTo(workers);
        assertThat(TorchRuntime.operationThreads()).isEqualTo(1);
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
