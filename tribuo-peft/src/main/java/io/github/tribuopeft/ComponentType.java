package io.github.tribuopeft;

import java.util.Objects;
import java.util.function.Function;

/**
 * A class of heads or backbone sources that model files may name, and how an instance is made from the settings in a file.
 *
 * <p>Only classes that the application knows are ever made from a model file. Register your own in code, with {@link ModelFileRegistry#register}, or with
 * a {@link ComponentProvider}:
 *
 * <pre>{@code
 * ModelFileRegistry.register(new ComponentType<>(MyHead.class, settings -> new MyHead(settings.number("dropout", 0.1))));
 * }</pre>
 *
 * @param type the class; a file names it in full
 * @param make makes an instance; throws {@link IllegalArgumentException} if the settings make no sense. It must neither run nor open anything: the
 *     settings come from a file that is not trusted
 * @param <C> the class
 */
public record ComponentType<C>(Class<C> type, Function<ComponentSettings, ? extends C> make) {

    public ComponentType {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(make, "make");
    }

    /**
     * A class that is never made from a file, as it would run a program or open a connection: the user has to name it.
     *
     * @param reason why, and what to do, for the user
     */
    public static <C> ComponentType<C> namedByUser(Class<C> type, Function<ComponentSettings, String> reason) {
        return new ComponentType<>(type, settings -> {
            throw new IllegalArgumentException(reason.apply(settings));
        });
    }

    C make(ComponentSettings settings) {
        C component = make.apply(settings);
        settings.requireAllRead();
        return component;
    }
}
