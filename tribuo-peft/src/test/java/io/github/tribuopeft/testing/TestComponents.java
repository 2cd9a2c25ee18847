package io.github.tribuopeft.testing;

import io.github.tribuopeft.ComponentProvider;
import io.github.tribuopeft.ComponentType;
import java.util.List;

/** The tests' backbones, which their model files name. */
public final class TestComponents implements ComponentProvider {

    /** For the service loader. */
    public TestComponents() {}

    @Override
    public List<ComponentType<?>> types() {
        return List.of(
                new ComponentType<>(TinyBert.class, settings -> new TinyBert(settings.integer("seed", 1))),
                new ComponentType<>(TinyBackbone.class, settings -> new TinyBackbone(settings.text("family"))));
    }
}
