package io.github.tribuopeft.evaluation.statistics;

/**
 * By how much one system is better than another on the same items.
 *
 * @param interval first minus second
 * @param test whether chance explains it
 */
public record Difference(Interval interval, TestResult test) {}
