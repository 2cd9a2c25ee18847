package io.github.tribuopeft.evaluation.comparison;

/**
 * What is told of a contestant.
 *
 * @param name its name in tables, unique in a comparison
 * @param kind what it belongs to in figures, such as {@code soft prompt}, {@code weights} or {@code no backbone}
 * @param settings its settings in one line
 */
public record Candidate(String name, String kind, String settings) {}
