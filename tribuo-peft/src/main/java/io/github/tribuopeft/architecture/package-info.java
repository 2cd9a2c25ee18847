/**
 * Families of transformers. For each family, a record has the sizes and a Python file has the layers, which libtorch
 * compiles as part of the program in {@code backbone.py}. The names of weights are the program's own; readers of
 * checkpoints map other names to them.
 */
package io.github.tribuopeft.architecture;
