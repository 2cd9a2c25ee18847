package io.github.tribuopeft;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** A development set has an output that the training data lacks, so that no epoch can predict it. */
public final class UnseenOutputException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final transient SortedSet<String> known;

    /**
     * Creates an exception.
     *
     * @param found description of the output, such as {@code the output 'ugly'}
     * @param known the names in the training data: labels, dimensions or entity types
     */
    UnseenOutputException(String found, Collection<String> known) {
        super("The development set has " + found + ", which the training data lacks; expected one of "
                + new TreeSet<>(known));
        this.known = Collections.unmodifiableSortedSet(new TreeSet<>(known));
    }

    /** Returns the names in the training data: labels, dimensions or entity types. */
    public SortedSet<String> known() {
        return known;
    }
}
