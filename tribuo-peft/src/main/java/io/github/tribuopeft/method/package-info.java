/**
 * Parameter-efficient fine-tuning methods. A {@link io.github.tribuopeft.method.PeftMethod} defines trainable tensors:
 * their initial values, and the {@linkplain io.github.tribuopeft.backbone.AdapterEntry entries} that the backbone's
 * program reads. Batches, optimizer, head, files and provenance are the same for all methods.
 */
package io.github.tribuopeft.method;
