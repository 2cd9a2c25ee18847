package io.github.tribuopeft.testing;

import io.github.tribuopeft.ComponentProvider;
import io.github.tribuopeft.ComponentType;
import java.util.List;

/** Backbones of tests, which model files may contain. */
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
