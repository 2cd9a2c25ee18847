/**
 * Parameter-efficient fine-tuning of frozen transformers as Tribuo trainers.
 *
 * <p>{@link io.github.tribuopeft.PeftTrainer} is a Tribuo {@code Trainer}: it takes a dataset whose examples carry their text, trains a
 * {@linkplain io.github.tribuopeft.method method}'s few tensors and a {@linkplain io.github.tribuopeft.head head} on a frozen
 * {@linkplain io.github.tribuopeft.backbone backbone}, and gives a {@link io.github.tribuopeft.PeftModel}: a Tribuo {@code Model} of
 * some kilobytes that refers to its backbone by fingerprint.
 */
package io.github.tribuopeft;
