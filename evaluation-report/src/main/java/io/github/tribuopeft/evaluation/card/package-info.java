/**
 * Cards that say what a model is, what it was trained on and how well it does, in the JSON layout of Tribuo's own model cards, for
 * sequence models too.
 */
package io.github.tribuopeft.evaluation.card;
