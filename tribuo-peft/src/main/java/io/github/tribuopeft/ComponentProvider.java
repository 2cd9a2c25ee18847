package io.github.tribuopeft;

import java.util.List;

/**
 * Provider of classes of heads and backbone sources that model files may name. An implementation has a public
 * constructor without arguments and a line in {@code META-INF/services/io.github.tribuopeft.ComponentProvider}.
 */
public interface ComponentProvider {

    /** Returns the classes. */
    List<ComponentType<?>> types();
}
