package io.github.tribuopeft.evaluation.comparison;

/**
 * Description of a trainer or model in a comparison.
 *
 * @param name name in tables, unique in a comparison
 * @param kind group in figures, such as {@code soft prompt}, {@code weights} or {@code no backbone}
 * @param settings settings in one line
 */
public record Candidate(String name, String kind, String settings) {}
