/**
 * What we need of DJL and libtorch beyond DJL's own interfaces: devices by name, small tensors on the Java heap, TorchScript
 * programs made from readable text, and gradient recording that belongs to a thread. Nothing here knows a transformer.
 */
package io.github.tribuopeft.engine;
