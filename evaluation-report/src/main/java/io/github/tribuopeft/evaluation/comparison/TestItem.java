package io.github.tribuopeft.evaluation.comparison;

import java.util.List;

/**
 * One item of a test set.
 *
 * @param words the item's words, or its whole text as the only one
 * @param gold what is right: one tag for each word, or the text's label as the only one
 */
public record TestItem(List<String> words, List<String> gold) {}
