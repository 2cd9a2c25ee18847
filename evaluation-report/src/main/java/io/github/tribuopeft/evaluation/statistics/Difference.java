package io.github.tribuopeft.evaluation.statistics;

/**
 * Difference of two systems on the same items.
 *
 * @param interval confidence interval of the metric of the first system minus that of the second
 * @param test significance test of the difference
 */
public record Difference(Interval interval, TestResult test) {}
