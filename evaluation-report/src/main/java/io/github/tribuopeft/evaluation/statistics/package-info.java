/** Statistics for comparisons of trained models. Each result contains its test, its sample size and its limits. */
package io.github.tribuopeft.evaluation.statistics;
