/** Backbones from a TorchScript module that the user traced or scripted. */
package io.github.tribuopeft.torchscript;
