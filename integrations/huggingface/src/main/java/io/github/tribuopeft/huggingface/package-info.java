/**
 * Backbones from a Hugging Face directory: {@code config.json} says the architecture, {@code *.safetensors} hold the weights, {@code
 * tokenizer.json} is the tokenizer. Files are memory-mapped and read where they lie.
 */
package io.github.tribuopeft.huggingface;
