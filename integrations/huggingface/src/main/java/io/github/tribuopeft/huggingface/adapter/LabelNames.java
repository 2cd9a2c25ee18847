package io.github.tribuopeft.huggingface.adapter;

import io.github.tribuopeft.huggingface.files.Printable;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.tribuo.classification.LabelFactory;

/** Names of labels from files or from a user. */
final class LabelNames {

    private LabelNames() {}

    /**
     * Returns the label names that are stored with an adapter or its backbone: those of the metadata, those of the
     * backbone if their number is right, or {@code LABEL_0} and so on.
     *
     * @param count number of labels of the head
     * @param ofBackbone the names in the backbone's {@code id2label}
     * @throws AdapterException if stored names are not valid
     */
    static List<String> stored(
            AdapterFiles files, int count, Optional<AdapterMetadata> metadata, List<String> ofBackbone) {
        if (metadata.isPresent()) {
            return require(metadata.get().labels(), count, "The metadata of " + files.tensors());
        }
        if (ofBackbone.size() == count) {
            return require(ofBackbone, count, "'id2label' in the backbone's config.json");
        }
        if (!ofBackbone.isEmpty()) {
            PeftAdapterDirectory.LOGGER.warning(
                    () -> "'id2label' in the backbone's config.json names " + ofBackbone.size()
                            + " labels, but the head of the adapter in " + files.directory() + " has " + count
                            + " rows; its labels are called LABEL_0 and so on."
                            + " Names can be given (--labels, or withLabels in Java)");
        }
        return IntStream.range(0, count).mapToObj(id -> "LABEL_" + id).toList();
    }

    /**
     * Checks and returns names for a head.
     *
     * @param count number of labels of the head
     * @param source origin of the names, for errors
     * @throws AdapterException if their number is wrong, or a name is repeated, blank, surrounded by blanks, or not
     *     printable
     */
    static List<String> require(List<String> names, int count, String source) {
        if (names.size() != count) {
            throw wrong(names, count, source, "their number is " + names.size());
        }
        Set<String> known = new HashSet<>();
        for (String name : names) {
            String fault = fault(name);
            if (fault != null || !known.add(name)) {
                throw wrong(names, count, source, Printable.literal(name) + (fault == null ? " occurs twice" : fault));
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

    private static AdapterException wrong(List<String> names, int count, String source, String fault) {
        return new AdapterException(source + ": the names are " + Printable.text(names.toString(), 200)
                + ", but the adapter's head has " + count + " labels; expected " + count
                + " different names without control characters or surrounding blanks, but " + fault
                + ". Other names can be given (--labels, or withLabels in Java)");
    }
}
