/**
 * Heads: layers on pooled hidden states, training objectives, development metrics, and predictions. An
 * {@link io.github.tribuopeft.head.OutputHead} combines them for one output type of Tribuo. Heads read rows [R, H] that
 * {@linkplain io.github.tribuopeft.backbone.Pooling pooling} selects, one for each text or word.
 */
package io.github.tribuopeft.head;
