package io.github.tribuopeft.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Suggestion of the name that was probably meant. */
final class Suggestion {

    private static final LevenshteinDistance DISTANCE = LevenshteinDistance.getDefaultInstance();

    private Suggestion() {}

    /**
     * Returns a question such as {@code ; did you mean 'lora'?}; empty if no name is similar.
     *
     * @param found the unknown name
     * @param known the known names
     */
    static String of(String found, Collection<String> known) {
        return closest(found, known)
                .map(name -> "; did you mean '" + name + "'?")
                .orElse("");
    }

    /** Returns the most similar name, if it differs from the unknown one in less than half of its characters. */
    private static Optional<String> closest(String found, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(name -> DISTANCE.apply(found, name)))
                .filter(name -> DISTANCE.apply(found, name) <= Math.max(1, Math.min(3, (name.length() - 1) / 2)));
    }
}
