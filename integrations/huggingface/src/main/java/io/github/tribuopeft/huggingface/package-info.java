/**
 * Backbones from a Hugging Face directory: {@code config.json} contains the architecture, {@code *.safetensors} the
 * weights and {@code tokenizer.json} the tokenizer. Weights are memory-mapped.
 *
 * <p>{@link io.github.tribuopeft.huggingface.adapter} imports and exports adapters of Hugging Face PEFT.
 */
package io.github.tribuopeft.huggingface;
