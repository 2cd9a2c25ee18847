package io.github.tribuopeft.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * How a sequence of tags is read as spans. The readings differ where a sequence breaks its scheme, as the output of a model may, so a
 * figure means little without the reading's name.
 *
 * <p>A tag is {@code O}, or a prefix, a hyphen and a type, which may have hyphens of its own; or a prefix alone, whose type is
 * {@value Span#UNTYPED}.
 */
public enum SpanScheme {
    /**
     * The rules of the CoNLL shared tasks' script {@code conlleval.pl}, and of seqeval in its default mode: IOB1, IOB2 and IOBES alike, and
     * where tags are illegal, as many spans as can be made of them. A span begins at {@code B} and {@code S}, where the type changes, and at
     * {@code I} and {@code E} after {@code O}, {@code E} or {@code S}; it lasts until another begins or an {@code O} comes.
     *
     * <p>The script itself does not know {@code S} and takes {@code B} after {@code E} as going on; there, this is seqeval's reading.
     */
    CONLLEVAL("BIES", SpanScheme::beginsSomehow),
    /**
     * IOB2 to the letter, as seqeval with {@code mode="strict", scheme=IOB2}: a {@code B} and every {@code I} of its type that follows. An
     * {@code I} without its {@code B} belongs to no span. There are no {@code E} and {@code S}.
     */
    STRICT("BI", (before, tag) -> tag.prefix() == 'B');

    private final String prefixes;

    // A function rather than constants with bodies: OLCUT cannot read the latter back from a provenance.
    private final BiPredicate<Tag, Tag> begins;

    SpanScheme(String prefixes, BiPredicate<Tag, Tag> begins) {
        this.prefixes = prefixes;
        this.begins = begins;
    }

    /**
     * Reads a sequence.
     *
     * @return the spans from left to right; no two share a token
     * @throws IllegalArgumentException if a tag is not of the form; the message names it and its position, from 0
     */
    public List<Span> spans(List<String> tags) {
        List<Span> spans = new ArrayList<>();
        Tag before = Tag.OUTSIDE;
        int begin = -1; // of the span that `before` is in
        for (int i = 0; i <= tags.size(); i++) {
            Tag tag = i < tags.size() ? Tag.parse(tags.get(i), i, prefixes) : Tag.OUTSIDE;
            boolean begins = this.begins.test(before, tag);
            if (begin >= 0 && (begins || !before.goesOn(tag))) {
                spans.add(new Span(before.type(), begin, i));
                begin = -1;
            }
            if (begins) {
                begin = i;
            }
            before = tag;
        }
        return List.copyOf(spans);
    }

    private static boolean beginsSomehow(Tag before, Tag tag) {
        return !tag.outside()
                && ("BS".indexOf(tag.prefix()) >= 0
                        || "OES".indexOf(before.prefix()) >= 0
                        || !before.type().equals(tag.type()));
    }
}
