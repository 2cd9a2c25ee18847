package io.github.tribuopeft;

import io.github.tribuopeft.head.DenseLayer;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.head.LmHead;
import io.github.tribuopeft.head.MultiLabelHead;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.head.RegressorHead;
import java.util.List;
import java.util.function.BiFunction;

/** Heads and checkpoints of this library, which model files may name. */
public final class LibraryComponents implements ComponentProvider {

    /** For the service loader. */
    public LibraryComponents() {}

    @Override
    public List<ComponentType<?>> types() {
        return List.of(
                head(LabelHead.class, LabelHead::new),
                head(MultiLabelHead.class, MultiLabelHead::new),
                head(RegressorHead.class, RegressorHead::new),
                new ComponentType<>(LmHead.class, settings -> new LmHead()),
                new ComponentType<>(
                        ModelFileCheckpoint.class, settings -> new ModelFileCheckpoint(settings.localPath("file"))));
    }

    private static <H extends OutputHead<?>> ComponentType<H> head(
            Class<H> type, BiFunction<Double, DenseLayer, H> constructor) {
        return new ComponentType<>(
                type,
                settings -> constructor.apply(
                        settings.number("dropout", 0.1), settings.constant("dense", DenseLayer.NONE)));
    }
}
