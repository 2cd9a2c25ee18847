/**
 * What families of transformers compute: for each family its sizes in one record, and its forward pass in one program of TorchScript's serialised
 * dialect. The names of weights are the program's own; where a checkpoint calls them otherwise, whoever reads it maps the names.
 */
package io.github.tribuopeft.architecture;
