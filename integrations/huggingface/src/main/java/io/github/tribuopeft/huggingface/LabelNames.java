package io.github.tribuopeft.huggingface;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tribuo.classification.LabelFactory;

/** Checks names of labels that come from a file or from a user. */
final class LabelNames {

    private LabelNames() {}

    /**
     * Returns names that a head of so many rows can have.
     *
     * @param source where the names stand, for errors
     * @throws AdapterException if their number is wrong, or a name is repeated, blank, surrounded by blanks, or not printable
     */
    static List<String> require(List<String> names, int rows, String source) {
        if (names.size() != rows) {
            throw wrong(names, rows, source, "they are " + names.size());
        }
        Set<String> known = new HashSet<>();
        for (String name : names) {
            String fault = fault(name);
            if (fault != null || !known.add(name)) {
                throw wrong(names, rows, source, Printable.literal(name) + (fault == null ? " occurs twice" : fault));
            }
        }
        return List.copyOf(names);
    }

    private static String fault(String name) {
        if (name.isBlank()) {
            return " is blank";
        }
        if (isBlank(name.codePointAt(0)) || isBlank(name.codePointBefore(name.length()))) {
            return " begins or ends with a blank";
        }
        if (name.codePoints().anyMatch(Character::isISOControl)) {
            return " has a control character";
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            return " is not valid Unicode";
        }
        return name.equals(LabelFactory.UNKNOWN_LABEL.getLabel()) ? " is Tribuo's name for an unknown label" : null;
    }

    private static boolean isBlank(int point) {
        return Character.isWhitespace(point) || Character.isSpaceChar(point);
    }

    private static AdapterException wrong(List<String> names, int rows, String source, String fault) {
        return new AdapterException(source + ": the names are " + Printable.text(names.toString(), 200)
                + ", but the adapter's head tells " + rows + " labels apart; expected " + rows
                + " different names without control characters or surrounding blanks, but " + fault
                + ". Other names can be given (--labels, or withLabels in Java)");
    }
}
