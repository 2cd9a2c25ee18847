/** Statistics for comparisons of trained models. Each result names its test and its n, and says what it does not allow to conclude. */
package io.github.tribuopeft.evaluation.statistics;
