/**
 * Families of models: reading of {@code config.json} and names of weights in checkpoints. Internal: public only for
 * the other packages of this module, and subject to change. Nothing here depends on PEFT.
 */
package io.github.tribuopeft.huggingface.family;
