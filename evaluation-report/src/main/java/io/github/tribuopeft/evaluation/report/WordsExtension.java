package io.github.tribuopeft.evaluation.report;

import io.pebbletemplates.pebble.extension.AbstractExtension;
import io.pebbletemplates.pebble.extension.Filter;
import io.pebbletemplates.pebble.extension.escaper.SafeString;
import io.pebbletemplates.pebble.template.EvaluationContext;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Filter {@code words} of HTML templates: escapes a text and marks where lines may be broken. Names such as {@code
 * prefix-tuning} stay on one line. Long labels such as {@code card_payment_not_recognised} may be broken after an
 * underscore, and settings such as {@code initializer=sampled-vocabulary} after the equals sign. Lists of settings
 * may be broken after commas and opening parentheses. Without the filter, browsers break after hyphens or at any
 * character.
 */
final class WordsExtension extends AbstractExtension {

    /** Longer words, such as addresses, may be broken. */
    private static final int MAX_LENGTH = 28;

    private static final String AFTER_EQUALS = "(?<=\\p{Alnum}=)";
    private static final String BETWEEN_SETTINGS = AFTER_EQUALS + "|(?<=[,(])(?=\\p{Alpha})";

    @Override
    public Map<String, Filter> getFilters() {
        return Map.of("words", new Words());
    }

    private static final class Words implements Filter {

        @Override
        public Object apply(
                Object input,
                Map<String, Object> arguments,
                PebbleTemplate template,
                EvaluationContext context,
                int line) {
            return new SafeString(Arrays.stream(String.valueOf(input).split(" ", -1))
                    .map(Words::withBreaks)
                    .collect(Collectors.joining(" ")));
        }

        private static String withBreaks(String word) {
            return Arrays.stream(word.split(word.length() > MAX_LENGTH ? BETWEEN_SETTINGS : AFTER_EQUALS))
                    .map(part -> part.contains("-") && part.length() <= MAX_LENGTH
                            ? "<span class=\"word\">" + escape(part) + "</span>"
                            : escape(part).replace("_", "_<wbr>"))
                    .collect(Collectors.joining("<wbr>"));
        }

        @Override
        public List<String> getArgumentNames() {
            return List.of();
        }
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
