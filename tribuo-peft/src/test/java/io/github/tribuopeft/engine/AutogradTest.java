package io.github.tribuopeft.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.testing.TestDevice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AutogradTest {

    /** With {@code mul(Number)}, a part of these gradients comes from memory that was released and used again. */
    @Test
    void factorsAreValidUntilTheBackwardPass() {
        try (NDManager scope = NDManager.newBaseManager(TestDevice.get(), Devices.ENGINE)) {
            TorchRuntime.withGradients(() -> {
                List<NDArray> leaves = new ArrayList<>();
                NDArray sum = scope.create(0f);
                for (int i = 0; i < 2000; i++) {
                    NDArray leaf = Autograd.leaf(scope, scope.create(1f));
                    leaves.add(leaf);
                    sum = sum.add(Autograd.scale(leaf, i + 0.5));
                }
                List<ByteBuffer> reused = reuseReleasedMemory();
                Autograd.backward(sum);
                assertThat(reused).hasSize(20_000);
                for (int i = 0; i < leaves.size(); i++) {
                    assertThat(Autograd.gradient(leaves.get(i)).getFloat()).isEqualTo(i + 0.5f);
                }
                return null;
            });
        }
    }

    private static List<ByteBuffer> reuseReleasedMemory() {
        List<ByteBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (i % 5_000 == 0) {
                System.gc();
            }
            buffers.add(ByteBuffer.allocateDirect(4).putFloat(0, Float.NaN));
        }
        return buffers;
    }
}
