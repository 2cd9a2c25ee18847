/**
 * Datasets rebuilt from the provenance of a model: {@link
 * io.github.tribuopeft.evaluation.reproduction.RecordedData}. The package depends on Tribuo only.
 */
package io.github.tribuopeft.evaluation.reproduction;
