package io.github.tribuopeft.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Translates a Python file into the form of TorchScript archives, line by line: imports are removed, and imported
 * functions and classes get their full names, such as {@code __torch__.common.attend}.
 */
final class ArchiveTranslator {

    private static final Pattern IMPORT = Pattern.compile("(?m)^from .*$");
    private static final Pattern IMPORTED = Pattern.compile("(?m)^from \\.(\\w+) import (\\w+(?:, \\w+)*)$");
    private static final Pattern DECLARED = Pattern.compile("(?m)^(?:def|class) (\\w+)");

    private ArchiveTranslator() {}

    /** Returns the full name of a class or function in an archive. */
    static String qualified(String file, String name) {
        return "__torch__." + file + "." + name;
    }

    /** Returns the translated text of a file. */
    static String translate(String file, String python) {
        Map<String, String> names = new HashMap<>();
        Matcher imported = IMPORTED.matcher(python);
        while (imported.find()) {
            for (String name : imported.group(2).split(", ")) {
                names.put(name, qualified(imported.group(1), name));
            }
        }
        Matcher declared = DECLARED.matcher(python);
        while (declared.find()) {
            names.put(declared.group(1), qualified(file, declared.group(1)));
        }
        String text = IMPORT.matcher(python).replaceAll("#");
        if (names.isEmpty()) {
            return text;
        }
        Pattern use =
                Pattern.compile("(?m)(?<![\\w.\"])(?<!^def )(?<!^class )(" + String.join("|", names.keySet()) + ")\\b");
        return use.matcher(text).replaceAll(match -> names.get(match.group(1)));
    }
}
