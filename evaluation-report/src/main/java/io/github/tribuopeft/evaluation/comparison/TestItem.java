package io.github.tribuopeft.evaluation.comparison;

import java.util.List;

/**
 * Item of a test set.
 *
 * @param words words of a sequence, or one element with the whole text
 * @param gold correct tag of each word, the label or the labels of the text, or the value of each dimension
 */
public record TestItem(List<String> words, List<String> gold) {}
