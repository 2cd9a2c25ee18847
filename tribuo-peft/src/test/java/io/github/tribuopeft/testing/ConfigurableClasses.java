package io.github.tribuopeft.testing;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
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
 * Configurable classes on the class path: those of Tribuo, OLCUT, this library and its tests. They are found without
 * initializing them.
 */
public final class ConfigurableClasses {

    private ConfigurableClasses() {}

    /** Finds all classes. */
    public static List<Class<?>> find() {
        return find(Configurable.class);
    }

    /** Finds the classes of a type. */
    public static List<Class<?>> find(Class<?> kind) {
        List<Class<?>> found = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                search(path, kind, found);
            } else if (entry.matches(".*(tribuo|olcut)[^/\\\\]*\\.jar")) {
                try (FileSystem jar = FileSystems.newFileSystem(path)) {
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
            return Stream.empty(); // needs a library that is missing
        }
    }

    /**
     * Returns the settings of a class, with values that would have a visible effect if an object were created.
     *
     * @param file value of settings that are files
     * @param url value of settings that open a connection
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

    /** Whether a class is not initialized yet. Only a class inside the JDK can tell; the pom exports its package. */
    public static boolean isUntouched(Class<?> type) {
        try {
            Class<?> unsafe = Class.forName("jdk.internal.misc.Unsafe");
            Object instance = unsafe.getMethod("getUnsafe").invoke(null);
            return (boolean)
                    unsafe.getMethod("shouldBeInitialized", Class.class).invoke(instance, type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
