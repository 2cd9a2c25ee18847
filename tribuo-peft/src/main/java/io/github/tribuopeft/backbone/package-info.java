/**
 * Frozen models: the {@linkplain io.github.tribuopeft.backbone.BackboneSource source} of their files, their {@linkplain
 * io.github.tribuopeft.backbone.Architecture architecture}, the {@linkplain io.github.tribuopeft.backbone.Fingerprint
 * fingerprint} of the files, and the {@linkplain io.github.tribuopeft.backbone.Backbone backbone} in memory.
 *
 * <p>A backbone runs as one TorchScript module. Its program is Python text ({@code bert.py} and others), which Java
 * packs into a {@code .pt} archive and libtorch compiles. The module contains the weights under their Hugging Face
 * names in the requested precision. Each call gets the {@linkplain io.github.tribuopeft.backbone.AdapterEntry entries}
 * of an adapter in a dictionary of tensors, so this package does not depend on methods, and frozen weights never have
 * gradients. A backbone is loaded once in a JVM for each fingerprint, device and precision, and its handles are
 * counted.
 *
 * <p>Letters in shapes: B rows of a batch, T real tokens, P virtual tokens, H hidden width, E embedding width, N heads,
 * K heads of keys and values, D head width.
 */
package io.github.tribuopeft.backbone;
