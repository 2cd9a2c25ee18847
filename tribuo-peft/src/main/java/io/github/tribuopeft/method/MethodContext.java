package io.github.tribuopeft.method;

import io.github.tribuopeft.backbone.Backbone;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a method may look at when it makes its first tensors.
 *
 * @param backbone the frozen backbone
 * @param outputs the names of the outputs to learn, in a stable order
 * @param texts texts of the training data, in its order
 * @param random the training's own generator
 */
public record MethodContext(Backbone backbone, List<String> outputs, List<String> texts, SplittableRandom random) {}
