/**
 * Evaluation of Tribuo models: span-level scores of taggers, macro F1, stratified splits and cross-validation. The
 * package depends on Tribuo only and accepts any of its models.
 */
package io.github.tribuopeft.evaluation;
