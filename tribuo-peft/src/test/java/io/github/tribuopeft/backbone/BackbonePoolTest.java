package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBert;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Files are hashed while weights are loaded, or before that if other backbones are in memory. Both may fail. */
class BackbonePoolTest {

    private final BackboneSource tiny = new TinyBert(2_002);
    private final Supplier<Fingerprint> damaged = () -> {
        throw new BackboneException("a damaged file");
    };
    private final Supplier<Checkpoint> unreadable = () -> {
        throw new BackboneException("no weights");
    };

    private static BackboneSource source(Supplier<Fingerprint> fingerprint, Supplier<Checkpoint> checkpoint) {
        return new StubSource("tiny", fingerprint, checkpoint);
    }

    private static void assertFails(BackboneSource source, String message) {
        int before = BackbonePool.size();
        assertThatThrownBy(() -> Backbone.open(source, TestDevice.get(), Precision.FP32))
                .isInstanceOf(BackboneException.class)
                .hasMessage(message);
        assertThat(BackbonePool.size()).isEqualTo(before);
    }

    private void assertFailures() {
        assertFails(source(damaged, tiny::open), "a damaged file");
        assertFails(source(tiny::fingerprint, unreadable), "no weights");
        assertFails(source(damaged, unreadable), "a damaged file");
    }

    @AfterEach
    void poolIsEmpty() {
        assertThat(BackbonePool.size()).isZero();
    }

    @Test
    void failuresInAnEmptyPool() {
        assertFailures();
    }

    @Test
    void failuresNextToAnotherBackbone() {
        try (Backbone other = Backbone.open(new TinyBert(2_003), TestDevice.get(), Precision.FP32)) {
            assertFailures();
            assertThat(other.weightsHash()).isNotEmpty();
        }
    }

    @Test
    void equalFilesShareABackbone() {
        try (Backbone first = Backbone.open(tiny, TestDevice.get(), Precision.FP32);
                Backbone second =
                        Backbone.open(source(tiny::fingerprint, unreadable), TestDevice.get(), Precision.FP32);
                Backbone third = Backbone.open(tiny, TestDevice.get(), Precision.BF16)) {
            assertThat(BackbonePool.size()).isEqualTo(2);
            assertThat(second.fingerprint()).isEqualTo(first.fingerprint()).isEqualTo(third.fingerprint());
        }
    }
}
