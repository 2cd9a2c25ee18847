/**
 * Model cards in the JSON format of Tribuo's model cards, for models and sequence models: model, training data and test
 * metrics.
 */
package io.github.tribuopeft.evaluation.card;
