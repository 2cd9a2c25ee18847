package io.github.tribuopeft;

import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Registry of the classes that model files may name. A name in a file is looked up here and never loads a class. Heads,
 * backbone sources and checkpoints of this library are registered; others are registered in code or by a {@link ComponentProvider}.
 * Safe for concurrent use.
 */
public final class ModelFileRegistry {

    private static final List<ComponentType<?>> COMPONENTS = new CopyOnWriteArrayList<>();
    private static final Set<String> KNOWN = read("provenance-classes.txt");
    private static final Set<String> PROVENANCES = ConcurrentHashMap.newKeySet();

    private ModelFileRegistry() {}

    /** Registers a head, a backbone source or a checkpoint. */
    public static void register(ComponentType<?> type) {
        COMPONENTS.add(type);
    }

    /**
     * Registers a class of provenance, such as that of your own data source. Those of Tribuo are registered.
     *
     * @param type a class with a public constructor from a map, as Tribuo requires. The constructor receives values
     *     from a file that is not trusted, so it must neither run nor open anything
     */
    public static void registerProvenance(Class<? extends ObjectProvenance> type) {
        PROVENANCES.add(type.getName());
    }

    /** Returns the registered class of a name, if it is a subtype of {@code role}. */
    static <C> Optional<ComponentType<? extends C>> find(String className, Class<C> role) {
        String present = EarlierNames.type(className);
        return Stream.concat(
                        COMPONENTS.stream(),
                        ServiceLoader.load(ComponentProvider.class).stream()
                                .flatMap(provider -> provider.get().types().stream()))
                .filter(known -> known.type().getName().equals(present) && role.isAssignableFrom(known.type()))
                .<ComponentType<? extends C>>map(ModelFileRegistry::narrow)
                .findFirst();
    }

    /** Returns whether a class is registered as a subtype of {@code role}. */
    public static boolean isRegistered(String className, Class<?> role) {
        return find(className, role).isPresent();
    }

    /**
     * Creates a registered component.
     *
     * @param className its class
     * @param settings its settings as texts
     * @param role the supertype that is expected
     * @throws IllegalArgumentException if the class is not registered for the role, the settings are invalid, or only the
     *     user may name the component
     */
    public static <C> C create(String className, Map<String, String> settings, Class<C> role) {
        ComponentType<? extends C> type = find(className, role)
                .orElseThrow(() -> new IllegalArgumentException("Class '" + className + "' is not registered as "
                        + role.getSimpleName() + ". If it is yours, call ModelFileRegistry.register first"));
        return type.make(new ComponentSettings(className, settings));
    }

    @SuppressWarnings("unchecked") // the filter above has checked it
    private static <C> ComponentType<? extends C> narrow(ComponentType<?> type) {
        return (ComponentType<? extends C>) type;
    }

    /** Returns whether a class of provenance is registered. */
    static boolean isProvenance(String className) {
        return KNOWN.contains(className) || PROVENANCES.contains(className);
    }

    private static Set<String> read(String resource) {
        try (InputStream in = ModelFileRegistry.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
