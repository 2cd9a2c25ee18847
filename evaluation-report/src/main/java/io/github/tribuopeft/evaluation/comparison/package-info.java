/**
 * Comparisons of trainers under the same data and seeds: what is run, what each run leaves, and how answers are scored. Nothing here
 * draws or tests; that is the work of {@code report} and {@code statistics}.
 */
package io.github.tribuopeft.evaluation.comparison;
