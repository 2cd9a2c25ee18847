package io.github.tribuopeft.method;

import io.github.tribuopeft.backbone.Backbone;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Information for the initialization of a method.
 *
 * @param backbone the frozen backbone
 * @param outputs names of the outputs in a stable order
 * @param texts texts of the training data in their order
 * @param random random generator of the training
 */
public record MethodContext(Backbone backbone, List<String> outputs, List<String> texts, SplittableRandom random) {}
