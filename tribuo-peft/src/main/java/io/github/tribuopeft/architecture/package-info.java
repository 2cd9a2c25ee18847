/**
 * Families of transformers. A record of each family has the dimensions, and a Python file has the layers, which
 * libtorch compiles with {@code backbone.py}. Readers of checkpoints map weight names to those of these programs.
 */
package io.github.tribuopeft.architecture;
