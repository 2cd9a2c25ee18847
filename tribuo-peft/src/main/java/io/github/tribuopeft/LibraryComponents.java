package io.github.tribuopeft;

import io.github.tribuopeft.head.DenseLayer;
import io.github.tribuopeft.head.LabelHead;
import java.util.List;

/** The heads of this library. */
public final class LibraryComponents implements ComponentProvider {

    /** For the service loader. */
    public LibraryComponents() {}

    @Override
    public List<ComponentType<?>> types() {
        return List.of(new ComponentType<>(
                LabelHead.class,
                settings ->
                        new LabelHead(settings.number("dropout", 0.1), settings.constant("dense", DenseLayer.NONE))));
    }
}
