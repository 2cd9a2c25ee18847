package io.github.tribuopeft.huggingface.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.huggingface.family.Families;
import org.junit.jupiter.api.Test;

class PeftFamilyTest {

    /** A new family needs a decision about its classifiers and prefix tuning. */
    @Test
    void allFamiliesAreListed() {
        assertThat(Families.types())
                .allSatisfy(type -> assertThat(PeftFamily.of(type)).isNotNull());
    }
}
