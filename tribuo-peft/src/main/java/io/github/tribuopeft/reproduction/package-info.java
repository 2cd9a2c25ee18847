/**
 * Reproduction of models from their provenance: {@link io.github.tribuopeft.reproduction.Reproducer} trains a model
 * again and compares the result.
 */
package io.github.tribuopeft.reproduction;
