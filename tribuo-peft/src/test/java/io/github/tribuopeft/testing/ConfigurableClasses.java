package io.github.tribuopeft.testing;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All classes on the class path that OLCUT can make: those of Tribuo, of OLCUT, of this library and of its tests. None
 * is initialized by looking for it.
 */
public final class ConfigurableClasses {

    private ConfigurableClasses() {}

    /** Finds them. */
    public static List<Class<?>> find() {
        return find(Configurable.class);
    }

    /** Finds the classes of a kind. */
    public static List<Class<?>> find(Class<?> kind) {
        List<Class<?>> found = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path place = Path.of(entry);
            if (Files.isDirectory(place)) {
                search(place, kind, found);
            } else if (entry.matches(".*(tribuo|olcut)[^/\\\\]*\\.jar")) {
                try (FileSystem jar = FileSystems.newFileSystem(place)) {
                    search(jar.getPath("/"), kind, found);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return found;
    }

    private static void search(Path root, Class<?> kind, List<Class<?>> found) {
        try (Stream<Path> files = Files.walk(root)) {
            files.map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .flatMap(ConfigurableClasses::load)
                    .filter(type -> kind.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers()))
                    .forEach(found::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Class<?>> load(String name) {
        try {
            return Stream.of(Class.forName(name, false, ConfigurableClasses.class.getClassLoader()));
        } catch (ClassNotFoundException | LinkageError e) {
            return Stream.empty(); // needs a library that is not here
        }
    }

    /**
     * The settings that a class declares, each with a value that would show if anything were made of it.
     *
     * @param file for settings that read a file
     * @param url for settings that open a connection
     */
    public static Map<String, String> settings(Class<?> type, Path file, String url) {
        Map<String, String> settings = new TreeMap<>();
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            for (Field field : at.getDeclaredFields()) {
                if (field.isAnnotationPresent(Config.class)) {
                    settings.put(field.getName(), value(field.getType(), file, url));
                }
            }
        }
        return settings;
    }

    private static String value(Class<?> type, Path file, String url) {
        if (type == Path.class || type == File.class) {
            return file.toString();
        }
        return type.isPrimitive() ? "1" : url;
    }

    /** Whether a class is still to be initialized. */
    public static boolean isUntouched(Class<?> type) {
        try {
            Class<?> unsafe = Class.forName("sun.misc.Unsafe");
            Field instance = unsafe.getDeclaredField("theUnsafe");
            instance.setAccessible(true);
            Method asks = unsafe.getMethod("shouldBeInitialized", Class.class);
            return (boolean) asks.invoke(instance.get(null), type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
