/**
 * Ways to adapt a frozen backbone. A {@link io.github.tribuopeft.method.PeftMethod} owns a handful of trainable tensors: it says
 * how they start and under which names they enter the backbone's program. Everything else (batches, optimizer, head, files,
 * provenance) is the same for every method and lives elsewhere, so a method is one short class.
 */
package io.github.tribuopeft.method;
