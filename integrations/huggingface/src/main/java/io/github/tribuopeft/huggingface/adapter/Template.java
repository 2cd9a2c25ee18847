package io.github.tribuopeft.huggingface.adapter;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text with placeholders such as <code>{{labels}}</code>.
 *
 * @param text the text
 */
record Template(String text) {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");

    /**
     * Replaces all placeholders in one pass, so that placeholders in values are not replaced.
     *
     * @param values the values by the names of the placeholders
     * @throws IllegalStateException if a placeholder does not have a value
     */
    String fill(Map<String, String> values) {
        return PLACEHOLDER.matcher(text).replaceAll(placeholder -> {
            String value = values.get(placeholder.group(1));
            if (value == null) {
                throw new IllegalStateException(
                        "The template's placeholder '" + placeholder.group(1) + "' has no value");
            }
            return Matcher.quoteReplacement(value);
        });
    }
}
