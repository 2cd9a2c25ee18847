package io.github.tribuopeft.evaluation.comparison;

import java.util.List;

/**
 * Item of a test set.
 *
 * @param words words of a sequence, or one element with the whole text
 * @param gold correct tag of each word, or one element with the label of the text
 */
public record TestItem(List<String> words, List<String> gold) {}
