/** Test helpers of all modules: tiny backbones with random weights, small datasets, fuzz tests and golden files. */
package io.github.tribuopeft.testing;
