package io.github.tribuopeft.chattemplate;

import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** Functions that transformers gives to chat templates. Jinjava calls them by reflection, so the class is public. */
public final class TemplateFunctions {

    /** Name of the function of the present date, also a variable, because templates ask whether it is defined. */
    static final String STRFTIME_NOW = "strftime_now";

    /** Fields of Python's {@code strftime} as patterns of Java. */
    private static final Map<Character, String> FIELDS = Map.ofEntries(
            Map.entry('d', "dd"),
            Map.entry('m', "MM"),
            Map.entry('Y', "yyyy"),
            Map.entry('y', "yy"),
            Map.entry('b', "MMM"),
            Map.entry('B', "MMMM"),
            Map.entry('a', "EEE"),
            Map.entry('A', "EEEE"),
            Map.entry('H', "HH"),
            Map.entry('I', "hh"),
            Map.entry('M', "mm"),
            Map.entry('S', "ss"),
            Map.entry('p', "a"),
            Map.entry('j', "DDD"));

    private TemplateFunctions() {}

    static void register(Context context) {
        context.registerFunction(new ELFunctionDefinition(
                "", "raise_exception", TemplateFunctions.class, "raiseException", String.class));
        context.registerFunction(
                new ELFunctionDefinition("", STRFTIME_NOW, TemplateFunctions.class, "strftimeNow", String.class));
    }

    /**
     * Ends the rendering with an error.
     *
     * @throws TemplateException always
     */
    public static Object raiseException(String message) {
        throw new TemplateException(message);
    }

    /**
     * Returns the present date or time.
     *
     * @param format a format of Python's {@code strftime}
     * @throws TemplateException if a field of the format is unknown
     */
    public static String strftimeNow(String format) {
        Clock clock = (Clock) JinjavaInterpreter.getCurrent().getContext().get(STRFTIME_NOW);
        ZonedDateTime now = ZonedDateTime.now(clock);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char character = format.charAt(i);
            if (character != '%' || i + 1 == format.length()) {
                text.append(character);
                continue;
            }
            i++;
            text.append(field(format.charAt(i), now));
        }
        return text.toString();
    }

    private static String field(char name, ZonedDateTime now) {
        if (name == '%') {
            return "%";
        }
        String pattern = FIELDS.get(name);
        if (pattern == null) {
            throw new TemplateException("strftime_now has no field %" + name + "; expected one of % followed by "
                    + FIELDS.keySet().stream().sorted().toList());
        }
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(now);
    }
}
