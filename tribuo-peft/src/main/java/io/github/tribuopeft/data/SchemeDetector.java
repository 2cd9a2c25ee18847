package io.github.tribuopeft.data;

import java.util.List;

/** Detects the tagging scheme of sentences. */
final class SchemeDetector {

    private boolean hasEndTags;
    private boolean insideStartsEntity;
    private boolean beginStartsIsolatedEntity;

    /** Adds the tags of a sentence. */
    void add(List<String> tags) {
        String before = TagScheme.OUTSIDE;
        for (String tag : tags) {
            boolean continuesEntity =
                    !before.equals(TagScheme.OUTSIDE) && TagScheme.type(before).equals(TagScheme.type(tag));
            hasEndTags |= TagScheme.IOBES.accepts(tag) && !TagScheme.IOB2.accepts(tag);
            insideStartsEntity |= tag.startsWith("I-") && !continuesEntity;
            beginStartsIsolatedEntity |= tag.startsWith("B-") && !continuesEntity;
            before = tag;
        }
    }

    /** Returns the scheme of the sentences added so far. */
    TagScheme scheme() {
        if (hasEndTags) {
            return TagScheme.IOBES;
        }
        return insideStartsEntity && !beginStartsIsolatedEntity ? TagScheme.IOB1 : TagScheme.IOB2;
    }
}
