package io.github.tribuopeft.method;

import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.testing.Fixtures;
import org.tribuo.classification.Label;

/**
 * A method and a pooling.
 *
 * @param trained number of values that the method trains
 * @param kept number of values of the method in the model
 */
record MethodCase(PeftMethod method, TextPooling pooling, int trained, int kept) {

    PeftTrainer<Label> trainer(long seed) {
        return Fixtures.trainer(method).pooling(pooling).seed(seed).build();
    }

    @Override
    public String toString() {
        return pooling + " " + method;
    }
}
