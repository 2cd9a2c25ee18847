package io.github.tribuopeft.chattemplate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * String with methods of Python's {@code str}.
 *
 * @param text the string
 */
record PythonString(String text) {

    /**
     * Calls a method.
     *
     * @throws TemplateException if the method is unknown or lacks an argument
     */
    Object call(String method, Object... arguments) {
        return switch (method) {
            case "strip" -> strip(arguments, true, true);
            case "lstrip" -> strip(arguments, true, false);
            case "rstrip" -> strip(arguments, false, true);
            case "startswith" -> text.startsWith(argument(method, arguments, 0));
            case "endswith" -> text.endsWith(argument(method, arguments, 0));
            case "split" -> split(arguments);
            case "replace" -> text.replace(argument(method, arguments, 0), argument(method, arguments, 1));
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower" -> text.toLowerCase(Locale.ROOT);
            case "capitalize" -> capitalized();
            default ->
                throw new TemplateException("unknown method '" + method + "' of a text; expected strip, lstrip,"
                        + " rstrip, startswith, endswith, split, replace, upper, lower or capitalize");
        };
    }

    private String strip(Object[] arguments, boolean left, boolean right) {
        int begin = 0;
        int end = text.length();
        while (left && begin < end && isStripped(text.charAt(begin), arguments)) {
            begin++;
        }
        while (right && end > begin && isStripped(text.charAt(end - 1), arguments)) {
            end--;
        }
        return text.substring(begin, end);
    }

    private static boolean isStripped(char character, Object... arguments) {
        return arguments.length == 0 || arguments[0] == null
                ? Character.isWhitespace(character) || Character.isSpaceChar(character)
                : arguments[0].toString().indexOf(character) >= 0;
    }

    private List<String> split(Object... arguments) {
        return arguments.length == 0
                ? new ArrayList<>(Arrays.asList(text.strip().split("\\s+")))
                : new ArrayList<>(Arrays.asList(text.split(Pattern.quote(argument("split", arguments, 0)), -1)));
    }

    private String capitalized() {
        return text.isEmpty()
                ? text
                : text.substring(0, 1).toUpperCase(Locale.ROOT)
                        + text.substring(1).toLowerCase(Locale.ROOT);
    }

    private static String argument(String method, Object[] arguments, int index) {
        if (arguments.length <= index || arguments[index] == null) {
            throw new TemplateException(method + " needs an argument " + (index + 1));
        }
        return arguments[index].toString();
    }
}
