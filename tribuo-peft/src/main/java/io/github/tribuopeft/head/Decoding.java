package io.github.tribuopeft.head;

import java.util.List;

/** Decoding of a tag sequence from the scores of the tags of each word. */
public enum Decoding {
    /** The best tag of each word, independent of its neighbors. */
    INDEPENDENT((previous, tag) -> true),
    /**
     * The best sequence in which each {@code I-X} follows {@code B-X} or {@code I-X}. Other tags may follow any tag.
     */
    LEGAL(Decoding::mayFollow);

    // A function rather than constants with bodies: OLCUT cannot read the latter from a provenance.
    private final Transition allowed;

    /** Rule for consecutive tags; the tag before the first is {@code O}. */
    private interface Transition {
        boolean allows(String previous, String tag);
    }

    Decoding(Transition allowed) {
        this.allowed = allowed;
    }

    private static boolean mayFollow(String previous, String tag) {
        return !tag.startsWith("I-")
                || (previous.startsWith("B-") || previous.startsWith("I-"))
                        && previous.substring(2).equals(tag.substring(2));
    }

    /**
     * Returns the allowed sequence with the largest sum of scores (Viterbi 1967).
     *
     * @param scores the log probabilities of the tags of each word; rows of the same length
     * @param tags the names of the tags
     * @return the index of the tag of each word
     */
    public int[] decode(List<double[]> scores, List<String> tags) {
        int count = tags.size();
        boolean[][] follows = new boolean[count][count];
        boolean[] starts = new boolean[count];
        for (int tag = 0; tag < count; tag++) {
            starts[tag] = allowed.allows("O", tags.get(tag));
            for (int before = 0; before < count; before++) {
                follows[before][tag] = allowed.allows(tags.get(before), tags.get(tag));
            }
        }
        int length = scores.size();
        int[][] from = new int[length][count];
        double[] best = new double[count];
        for (int word = 0; word < length; word++) {
            double[] next = new double[count];
            for (int tag = 0; tag < count; tag++) {
                double top = Double.NEGATIVE_INFINITY;
                if (word == 0) {
                    top = starts[tag] ? 0.0 : top;
                } else {
                    for (int before = 0; before < count; before++) {
                        if (follows[before][tag] && best[before] > top) {
                            top = best[before];
                            from[word][tag] = before;
                        }
                    }
                }
                next[tag] = top + scores.get(word)[tag];
            }
            best = next;
        }
        int[] path = new int[length];
        if (length > 0) {
            path[length - 1] = OutputScores.best(best);
            for (int word = length - 1; word > 0; word--) {
                path[word - 1] = from[word][path[word]];
            }
        }
        return path;
    }
}
