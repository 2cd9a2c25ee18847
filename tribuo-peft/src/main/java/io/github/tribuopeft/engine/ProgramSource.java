package io.github.tribuopeft.engine;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Source text of a program: Python files that TorchScript compiles and Python can run.
 *
 * <p>A file declares functions and at most one class, whose attributes come before its methods. It imports names from
 * the other files by lines such as {@code from .common import attend}. A class declares {@code Interface} as its base
 * if other classes implement it: an attribute of such a type holds an object of the class that {@code implementations}
 * names.
 *
 * @param main name of the file with the class of the program, such as {@code backbone}
 * @param implementations names of files by the attribute that holds an object of their class
 * @param files text of the files by name
 */
public record ProgramSource(String main, Map<String, String> implementations, Map<String, String> files) {

    private static final Pattern IMPORT = Pattern.compile("(?m)^from \\.(\\w+) import ");

    public ProgramSource {
        implementations = Map.copyOf(implementations);
        files = Map.copyOf(files);
    }

    /**
     * Reads a program from the resources of a package, with the files that it imports.
     *
     * @param owner a class of the package
     * @param main the file with the class of the program, without {@code .py}
     */
    public static ProgramSource of(Class<?> owner, String main) {
        return of(owner, main, Map.of());
    }

    /**
     * Reads a program from the resources of a package, with the files that it imports.
     *
     * @param owner a class of the package
     * @param main the file with the class of the program, without {@code .py}
     * @param implementations files by the attribute that holds an object of their class
     */
    public static ProgramSource of(Class<?> owner, String main, Map<String, String> implementations) {
        Map<String, String> files = new TreeMap<>();
        read(owner, main, files);
        implementations.values().forEach(file -> read(owner, file, files));
        return new ProgramSource(main, implementations, files);
    }

    private static void read(Class<?> owner, String file, Map<String, String> files) {
        if (files.containsKey(file)) {
            return;
        }
        String text = TorchScriptModule.source(owner, file + ".py");
        files.put(file, text);
        Matcher imported = IMPORT.matcher(text);
        while (imported.find()) {
            read(owner, imported.group(1), files);
        }
    }
}
