/**
 * Comparisons of Tribuo trainers on the same data with the same seeds: benchmarks, candidates, scoring, and the files
 * of results. The packages {@code report} and {@code statistics} present and test the results.
 */
package io.github.tribuopeft.evaluation.comparison;
