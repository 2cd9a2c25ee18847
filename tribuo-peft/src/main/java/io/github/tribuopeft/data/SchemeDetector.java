package io.github.tribuopeft.data;

import java.util.List;

/** Finds the scheme of tagged sentences, which it sees one after the other. */
final class SchemeDetector {

    private boolean entitiesEnd;
    private boolean beginsWithInside;
    private boolean beginsWithoutNeighbour;

    /** Sees the tags of a sentence. */
    void add(List<String> tags) {
        String before = TagScheme.OUTSIDE;
        for (String tag : tags) {
            boolean follows =
                    !before.equals(TagScheme.OUTSIDE) && TagScheme.type(before).equals(TagScheme.type(tag));
            entitiesEnd |= TagScheme.IOBES.isOwn(tag) && !TagScheme.IOB2.isOwn(tag);
            beginsWithInside |= tag.startsWith("I-") && !follows;
            beginsWithoutNeighbour |= tag.startsWith("B-") && !follows;
            before = tag;
        }
    }

    /** The scheme of all sentences so far. */
    TagScheme scheme() {
        if (entitiesEnd) {
            return TagScheme.IOBES;
        }
        return beginsWithInside && !beginsWithoutNeighbour ? TagScheme.IOB1 : TagScheme.IOB2;
    }
}
