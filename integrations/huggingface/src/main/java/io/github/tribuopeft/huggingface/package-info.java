/**
 * Backbones from a Hugging Face directory: {@code config.json} says the architecture, {@code *.safetensors} hold the weights, {@code
 * tokenizer.json} is the tokenizer. Files are memory-mapped and read where they lie.
 *
 * <p>Or from a TorchScript module of the user's own: {@link io.github.tribuopeft.huggingface.TorchScriptDirectory}.
 *
 * <p>And adapters of Hugging Face PEFT, in and out: {@link io.github.tribuopeft.huggingface.PeftAdapterDirectory}.
 */
package io.github.tribuopeft.huggingface;
