package io.github.tribuopeft;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** A development set has an output that training has not seen, so that no epoch could get it right. */
public final class UnseenOutputException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final transient SortedSet<String> known;

    /**
     * An unseen output.
     *
     * @param found what the development set has, such as {@code label 'ugly'}
     * @param known the names that training has seen: labels, or types of entities
     */
    UnseenOutputException(String found, Collection<String> known) {
        super("The development set has " + found + ", which training has not seen; expected one of "
                + new TreeSet<>(known));
        this.known = Collections.unmodifiableSortedSet(new TreeSet<>(known));
    }

    /** The names that training has seen: labels, or types of entities. */
    public SortedSet<String> known() {
        return known;
    }
}
