package io.github.tribuopeft.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import java.util.regex.Pattern;

/** Reasons why a text is not valid JSON, without the names of Jackson's options, which a user cannot set. */
public final class JsonReason {

    private static final List<Replacement> REPLACEMENTS = List.of(
            new Replacement(", from `[^`]*`\\)", ")"),
            new Replacement(": enable `[^`]*` to allow", "; JSON does not allow this"),
            new Replacement(" \\(not recognized as one since Feature '\\w+' not enabled for parser\\)", ""),
            new Replacement("^Trailing token \\(of type \\w+\\) found after value.*", "found text after the value"),
            new Replacement(" ?\\(?`[\\w.]+(\\(\\))?`\\)?", ""));

    private JsonReason() {}

    private record Replacement(Pattern pattern, String by) {

        Replacement(String pattern, String by) {
            this(Pattern.compile(pattern, Pattern.DOTALL), by);
        }
    }

    /** Returns the reason of an error, without its position. */
    public static String of(JsonProcessingException error) {
        String reason = error.getOriginalMessage();
        for (Replacement replacement : REPLACEMENTS) {
            reason = replacement.pattern.matcher(reason).replaceAll(replacement.by);
        }
        return reason;
    }
}
