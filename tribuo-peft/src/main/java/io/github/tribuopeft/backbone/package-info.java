/**
 * The frozen model: where it comes from ({@link io.github.tribuopeft.backbone.BackboneSource}), what it is
 * ({@link io.github.tribuopeft.backbone.Architecture}), which bytes it was made of
 * ({@link io.github.tribuopeft.backbone.Fingerprint}) and how it runs ({@link io.github.tribuopeft.backbone.Backbone}).
 *
 * <p>A backbone runs as one TorchScript module. Its program is a readable text resource ({@code bert.py}), which Java
 * packs into a {@code .pt} archive and libtorch compiles; weights live inside the module under their Hugging Face names, cast
 * once to the precision asked for. What a method adds enters each call as a dictionary of tensors by name, so this package
 * knows no method, and no gradient ever reaches a weight. One backbone is loaded once in a JVM for each fingerprint, device
 * and precision, and shared by reference count.
 *
 * <p>Letters in shapes: B rows of a batch, T real tokens, P virtual tokens, H hidden width, E width of word embeddings, N heads, D width of a head.
 */
package io.github.tribuopeft.backbone;
