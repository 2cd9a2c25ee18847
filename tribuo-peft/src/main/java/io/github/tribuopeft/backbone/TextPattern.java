package io.github.tribuopeft.backbone;

import java.io.IOException;
import java.util.Set;

/**
 * Pattern of a {@code Split} or {@code Replace}: a literal text or a {@linkplain LinearTimeRegex regular expression}.
 * It matches in linear time and never matches the empty text.
 *
 * @param shortest number of characters of the shortest match, at least 1
 */
record TextPattern(int shortest) {

    private static final int MAX_LENGTH = 1_000;
    private static final String STRING = "String";
    private static final String REGEX = "Regex";

    /** Reads and checks a pattern. */
    static TextPattern of(TokenizerNode pattern) throws IOException {
        pattern.object().requireKeys(Set.of(STRING, REGEX));
        if (pattern.at(REGEX).isAbsent()) {
            return new TextPattern(pattern.at(STRING).text(1, MAX_LENGTH).length());
        }
        pattern.require(pattern.json().size() == 1, "either " + STRING + " or " + REGEX);
        TokenizerNode regex = pattern.at(REGEX);
        String text = regex.text(1, MAX_LENGTH);
        try {
            return new TextPattern(LinearTimeRegex.shortestMatch(text));
        } catch (LinearTimeRegex.UnsupportedException e) {
            throw new IOException(
                    regex.path() + " '" + TokenizerNode.shown(text) + "' is not supported: " + e.getMessage(), e);
        }
    }
}
