/**
 * What tests of all modules share: a tiny backbone with random weights, texts to learn, and the golden files beside the
 * project.
 */
package io.github.tribuopeft.testing;
