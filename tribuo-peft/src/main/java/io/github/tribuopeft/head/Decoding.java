package io.github.tribuopeft.head;

import java.util.List;

/** How a sequence of tags is chosen from the scores of each word's tags. */
public enum Decoding {
    /** Each word's best tag, whatever stands beside it. */
    INDEPENDENT((previous, tag) -> true),
    /** The best sequence in which every {@code I-X} follows a {@code B-X} or {@code I-X}. Other tags are free. */
    LEGAL(Decoding::mayFollow);

    // A function rather than constants with bodies: OLCUT cannot read the latter back from a provenance.
    private final Transition allowed;

    /** Whether a tag may stand after another; the first tag of a sequence stands after {@code O}. */
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
     * Chooses the sequence whose scores add up to most among those allowed (Viterbi 1967).
     *
     * @param scores for each word the log probability of each tag; rows of one length
     * @param tags the tags' names
     * @return for each word the index of its tag
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
