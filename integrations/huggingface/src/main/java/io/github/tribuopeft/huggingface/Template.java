package io.github.tribuopeft.huggingface;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with places such as <code>{{labels}}</code>.
 *
 * @param text the text
 */
record Template(String text) {

    private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

    /**
     * Fills all places at once, so that a value is never searched for places.
     *
     * @param values the value of each place by name
     * @throws IllegalStateException if a place has no value
     */
    String fill(Map<String, String> values) {
        return PLACE.matcher(text).replaceAll(place -> {
            String value = values.get(place.group(1));
            if (value == null) {
                throw new IllegalStateException("The template has a place '" + place.group(1) + "' without a value");
            }
            return Matcher.quoteReplacement(value);
        });
    }
}
