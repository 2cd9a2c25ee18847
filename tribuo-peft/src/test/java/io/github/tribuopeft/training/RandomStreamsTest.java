package io.github.tribuopeft.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomStreamsTest {

    @Test
    void positionsHaveDifferentNumbers() {
        Set<Long> seeds = new HashSet<>();
        int positions = 0;
        for (long seed : new long[] {0, 1, -1}) {
            RandomStreams streams = new RandomStreams(seed);
            for (int epoch = 0; epoch < 10; epoch++) {
                seeds.add(streams.order(epoch).nextLong());
                positions++;
                for (int step = 0; step < 20; step++) {
                    for (int part = 0; part < 8; part++) {
                        seeds.add(streams.dropoutSeed(epoch, step, part));
                        positions++;
                    }
                }
            }
        }
        assertThat(seeds).hasSize(positions);
    }

    /** The numbers are part of what a seed means: a change makes earlier models irreproducible. */
    @Test
    void numbersOfASeedAreFixed() {
        RandomStreams streams = new RandomStreams(12345);
        assertThat(streams.order(1).nextLong()).isEqualTo(-7885408015495532546L);
        assertThat(streams.dropoutSeed(2, 3, 4)).isEqualTo(5537786081918214214L);
    }
}
