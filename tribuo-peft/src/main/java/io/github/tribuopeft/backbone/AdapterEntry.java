package io.github.tribuopeft.backbone;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Entries of an {@linkplain Adapter adapter}: their names, shapes and meaning. In addition to these entries, an adapter
 * may have an entry with the name and the shape of any frozen weight, which is then used in place of that weight.
 *
 * <p>All rows of a batch share an entry of its {@linkplain #shape() shape}; this is what methods train and models
 * store. The programs also accept entries of the {@linkplain #rowShape() shape for rows}, with one adapter for each
 * row.
 *
 * <p>Letters in shapes: B rows of a batch, P prompt rows, V prefix length, E embedding width, H hidden width, K heads
 * of keys and values, D head width, {@code in} and {@code out} the widths of a linear layer, r rank of a low-rank term,
 * m width of a bottleneck. P and V are the number of {@linkplain VirtualTokens virtual tokens}. Letters in names:
 * {@code <i>} number of a layer, {@code <place>} a {@link BottleneckPlace}, {@code <linear>} name of a {@link
 * LinearLayer}.
 */
public enum AdapterEntry {
    /** Rows before the word embeddings of the text. */
    PROMPT("prompt", "[1, P, E]", "[B, P, E]"),
    /** Rows that are added to the word embeddings, one for each {@link LetterCase}. */
    CASE("case", "[4, E]", "[B, 4, E]"),
    /** Keys that a layer attends to in addition to its own. */
    PREFIX_KEY("prefix.<i>.key", "[1, K, V, D]", "[B, K, V, D]", "prefix"),
    /** Values of {@link #PREFIX_KEY}. */
    PREFIX_VALUE("prefix.<i>.value", "[1, K, V, D]", "[B, K, V, D]", "prefix"),
    /** First factor A of a low-rank term B A that is added to the weight of a linear layer. */
    LORA_A("<linear>.lora.A", "[r, in]", "[B, r, in]", "lora"),
    /** Second factor B of the low-rank term. */
    LORA_B("<linear>.lora.B", "[out, r]", "[B, out, r]", "lora"),
    /** Factors of the inputs of a linear layer. */
    SCALE_IN("<linear>.scale.in", "[in]", "[B, 1, in]"),
    /** Factors of the outputs of a linear layer. */
    SCALE_OUT("<linear>.scale.out", "[out]", "[B, 1, out]"),
    /** Weight of a bottleneck's first linear layer, before the ReLU. */
    DOWN_WEIGHT("adapter.<i>.<place>.down.weight", "[m, H]", "[B, m, H]", "bottleneck"),
    /** Bias of a bottleneck's first linear layer. */
    DOWN_BIAS("adapter.<i>.<place>.down.bias", "[m]", "[B, 1, m]", "bottleneck"),
    /** Weight of a bottleneck's second linear layer. */
    UP_WEIGHT("adapter.<i>.<place>.up.weight", "[H, m]", "[B, H, m]", "bottleneck"),
    /** Bias of a bottleneck's second linear layer. */
    UP_BIAS("adapter.<i>.<place>.up.bias", "[H]", "[B, 1, H]", "bottleneck"),
    /** Weight of a linear layer, in place of the frozen one. */
    WEIGHT("<linear>.weight", "[out, in]", "[B, out, in]"),
    /** Bias of a linear layer, in place of the frozen one if the layer has one. */
    BIAS("<linear>.bias", "[out]", "[B, 1, out]");

    private static final Pattern ARGUMENT = Pattern.compile("<\\w+>");

    private final String template;
    private final List<String> shape;
    private final List<String> rowShape;
    private final String group;
    private final Pattern pattern;

    AdapterEntry(String template, String shape, String rowShape) {
        this(template, shape, rowShape, "");
    }

    /**
     * An entry.
     *
     * @param template the name with {@code <…>} for its arguments
     * @param shape the shape that all rows of a batch share
     * @param rowShape the shape with an extent of B for the rows of a batch
     * @param group name of a group of entries that are only used together; empty if the entry is in no group
     */
    AdapterEntry(String template, String shape, String rowShape, String group) {
        this.template = template;
        this.shape = extents(shape);
        this.rowShape = extents(rowShape);
        this.group = group;
        this.pattern = Pattern.compile(template.replace(".", "\\.")
                .replace("<i>", "([0-9]{1,6})")
                .replace("<place>", "(" + BottleneckPlace.pattern() + ")")
                .replace("<linear>", "(.+)"));
    }

    private static List<String> extents(String shape) {
        return List.of(shape.substring(1, shape.length() - 1).split(", "));
    }

    /** Returns the name with {@code <…>} for its arguments, such as {@code prefix.<i>.key}. */
    public String template() {
        return template;
    }

    /** Returns the extents of an entry that all rows of a batch share, as numbers or letters. */
    public List<String> shape() {
        return shape;
    }

    /** Returns the extents of an entry with an adapter for each row of a batch, as numbers or letters. */
    public List<String> rowShape() {
        return rowShape;
    }

    /** Returns the name of this entry, which has no arguments. */
    public String of() {
        return name(List.of());
    }

    /** Returns the name of this entry for a layer. */
    public String of(int layer) {
        return name(List.of(Integer.toString(layer)));
    }

    /** Returns the name of this entry for a linear layer. */
    public String of(LinearLayer layer) {
        return name(List.of(layer.name()));
    }

    /** Returns the name of this entry for a place in a layer. */
    public String of(int layer, BottleneckPlace place) {
        return name(List.of(Integer.toString(layer), place.key()));
    }

    private String name(List<String> arguments) {
        String name = template;
        for (String argument : arguments) {
            name = ARGUMENT.matcher(name).replaceFirst(Matcher.quoteReplacement(argument));
        }
        return name;
    }

    /** Whether a name belongs to this entry. */
    public boolean matches(String name) {
        return pattern.matcher(name).matches();
    }

    boolean isOfLayer() {
        return template.contains("<i>");
    }

    boolean isOfLinearLayer() {
        return template.contains("<linear>");
    }

    /** Index of the extent that is the number of virtual tokens; -1 if there is none. */
    int virtualTokensIndex() {
        return Math.max(shape.indexOf("P"), shape.indexOf("V"));
    }

    /** Returns the entries of this entry's group, this one included. */
    List<AdapterEntry> together() {
        return group.isEmpty()
                ? List.of(this)
                : Arrays.stream(values())
                        .filter(entry -> entry.group.equals(group))
                        .toList();
    }

    /**
     * Entry and arguments of a name.
     *
     * @param entry the entry that the name belongs to
     * @param arguments the values of {@code <…>} in the entry's template, in their order
     */
    record Match(AdapterEntry entry, List<String> arguments) {

        /** Returns the name of another entry with the same arguments. */
        String name(AdapterEntry other) {
            return other.name(arguments);
        }
    }

    /** Finds the entry of a name; empty if the name is unknown. */
    static Optional<Match> find(String name) {
        for (AdapterEntry entry : values()) {
            Matcher matcher = entry.pattern.matcher(name);
            if (matcher.matches()) {
                List<String> arguments = IntStream.rangeClosed(1, matcher.groupCount())
                        .mapToObj(matcher::group)
                        .toList();
                return Optional.of(new Match(entry, arguments));
            }
        }
        return Optional.empty();
    }
}
