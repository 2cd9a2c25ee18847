package io.github.tribuopeft.minilm;

import io.github.tribuopeft.ComponentProvider;
import io.github.tribuopeft.ComponentType;
import java.util.List;

/** Registers MiniLM as a backbone source that model files may name. */
public final class MiniLmComponents implements ComponentProvider {

    /** Constructor for the service loader. */
    public MiniLmComponents() {}

    @Override
    public List<ComponentType<?>> types() {
        return List.of(new ComponentType<>(MiniLm.class, settings -> new MiniLm()));
    }
}
