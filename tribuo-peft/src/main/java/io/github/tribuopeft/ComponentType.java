package io.github.tribuopeft;

import java.util.Objects;
import java.util.function.Function;

/**
 * Class of heads or backbone sources that model files may name, with a factory of instances from the settings in a
 * file.
 *
 * <p>A model file creates instances of registered classes only. Register your own classes in code, with
 * {@link ModelFileRegistry#register}, or with a {@link ComponentProvider}:
 *
 * <pre>{@code
 * ModelFileRegistry.register(new ComponentType<>(MyHead.class, settings -> new MyHead(settings.number("dropout", 0.1))));
 * }</pre>
 *
 * @param type the class; a file contains its full name
 * @param make creates an instance and throws {@link IllegalArgumentException} for invalid settings. It must neither run
 *     nor open anything: the settings come from a file that is not trusted
 * @param <C> the class
 */
public record ComponentType<C>(Class<C> type, Function<ComponentSettings, ? extends C> make) {

    public ComponentType {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(make, "make");
    }

    /**
     * Describes a class that a file cannot create, because it runs a program or opens a connection: the user must name
     * it.
     *
     * @param reason the message for the user: the reason and the alternative
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
