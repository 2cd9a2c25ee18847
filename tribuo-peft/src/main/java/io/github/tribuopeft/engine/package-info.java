/**
 * Extensions of DJL's PyTorch engine: devices by name, tensors on the Java heap, TorchScript programs from source text,
 * and gradients by thread. Only this package uses the engine's own classes and its JNI. It does not depend on
 * transformers.
 */
package io.github.tribuopeft.engine;
