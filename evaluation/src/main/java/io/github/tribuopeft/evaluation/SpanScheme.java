package io.github.tribuopeft.evaluation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * Scheme that converts tags to spans. The schemes differ for illegal tag sequences, which models can predict, so scores
 * are comparable only within a scheme.
 *
 * <p>A tag is {@code O}, a prefix with a hyphen and a type, such as {@code B-PER}, or a prefix alone. A type can contain
 * hyphens. The type of a prefix alone is {@value Span#UNTYPED}.
 */
public enum SpanScheme {
    /**
     * Rules of {@code conlleval.pl}, the script of the CoNLL shared tasks, and of seqeval in its default mode. Accepts
     * IOB1, IOB2 and IOBES, and converts illegal sequences to spans as well. A span begins at {@code B} and {@code S},
     * at a change of type, and at {@code I} and {@code E} after {@code O}, {@code E} or {@code S}. It ends before the
     * next span or {@code O}.
     *
     * <p>The script does not support {@code S} and continues a span at {@code B} after {@code E}. In these cases the
     * rules are those of seqeval.
     */
    CONLLEVAL("BIES", SpanScheme::beginsLeniently),
    /**
     * Strict IOB2, as in seqeval with {@code mode="strict", scheme=IOB2}. A span is a {@code B} and the following
     * {@code I} of the same type. An {@code I} without a {@code B} is not part of a span. {@code E} and {@code S} are
     * errors.
     */
    STRICT("BI", (previous, tag) -> tag.prefix() == 'B');

    private final String prefixes;

    // A function, because OLCUT cannot read constants with bodies from a provenance.
    private final BiPredicate<Tag, Tag> begins;

    SpanScheme(String prefixes, BiPredicate<Tag, Tag> begins) {
        this.prefixes = prefixes;
        this.begins = begins;
    }

    /** Returns whether all tags are tags of this scheme. Tags of other kinds, such as parts of speech, are not. */
    public boolean accepts(Collection<String> tags) {
        return tags.stream().allMatch(tag -> Tag.find(tag, prefixes).isPresent());
    }

    /**
     * Returns the spans of a tag sequence.
     *
     * @return the spans from left to right, without overlaps
     * @throws IllegalArgumentException if a tag is invalid; the message contains the tag and its position, from 0
     */
    public List<Span> spans(List<String> tags) {
        List<Span> spans = new ArrayList<>();
        Tag previous = Tag.OUTSIDE;
        int begin = -1; // of the span that contains the previous tag, or -1
        for (int i = 0; i <= tags.size(); i++) {
            Tag tag = i < tags.size() ? Tag.parse(tags.get(i), i, prefixes) : Tag.OUTSIDE;
            boolean begins = this.begins.test(previous, tag);
            if (begin >= 0 && (begins || !previous.continuesWith(tag))) {
                spans.add(new Span(previous.type(), begin, i));
                begin = -1;
            }
            if (begins) {
                begin = i;
            }
            previous = tag;
        }
        return List.copyOf(spans);
    }

    private static boolean beginsLeniently(Tag previous, Tag tag) {
        return !tag.outside()
                && ("BS".indexOf(tag.prefix()) >= 0
                        || "OES".indexOf(previous.prefix()) >= 0
                        || !previous.type().equals(tag.type()));
    }
}
