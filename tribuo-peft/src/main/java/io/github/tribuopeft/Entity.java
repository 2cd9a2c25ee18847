package io.github.tribuopeft;

/**
 * Entity in a text.
 *
 * @param type the entity type, such as {@code PERSON}
 * @param begin index of its first {@code char} in the text
 * @param end index after its last {@code char}, so that {@code text.substring(begin, end)} is the entity
 * @param text the entity as it stands in the text, including the spaces between its words
 * @param firstWord index of its first word
 * @param endWord index after its last word
 * @param score product of the probabilities of its tags, in [0, 1]
 */
public record Entity(String type, int begin, int end, String text, int firstWord, int endWord, double score) {}
