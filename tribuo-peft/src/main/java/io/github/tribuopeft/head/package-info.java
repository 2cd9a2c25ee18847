/**
 * What turns hidden states into outputs. A {@link io.github.tribuopeft.head.Readout} picks or pools the states that are asked
 * (one row for a text); an {@link io.github.tribuopeft.head.OutputHead} makes logits, a loss and finally Tribuo outputs of such
 * rows. Heads see rows of real tokens only: they cannot tell how many virtual tokens a method added.
 */
package io.github.tribuopeft.head;
