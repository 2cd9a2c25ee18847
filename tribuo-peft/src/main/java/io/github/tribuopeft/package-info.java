/**
 * Parameter-efficient fine-tuning of frozen transformers as trainers and models of Tribuo.
 *
 * <p>{@link io.github.tribuopeft.PeftTrainer} is a {@code Trainer} of Tribuo. It reads a dataset whose examples contain
 * their text and trains the tensors of a {@linkplain io.github.tribuopeft.method method} and of a
 * {@linkplain io.github.tribuopeft.head head} on a frozen {@linkplain io.github.tribuopeft.backbone backbone}. The
 * result is a {@link io.github.tribuopeft.PeftModel}: a {@code Model} of Tribuo of some kilobytes that refers to its
 * backbone by fingerprint.
 */
package io.github.tribuopeft;
