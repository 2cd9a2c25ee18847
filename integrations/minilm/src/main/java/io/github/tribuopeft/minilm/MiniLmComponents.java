package io.github.tribuopeft.minilm;

import io.github.tribuopeft.ComponentProvider;
import io.github.tribuopeft.ComponentType;
import java.util.List;

/** The embedded backbone, which a model file may name. */
public final class MiniLmComponents implements ComponentProvider {

    /** For the service loader. */
    public MiniLmComponents() {}

    @Override
    public List<ComponentType<?>> types() {
        return List.of(new ComponentType<>(MiniLm.class, settings -> new MiniLm()));
    }
}
