/**
 * Adapters of <a href="https://huggingface.co/docs/peft">Hugging Face PEFT</a>: import and export with {@link
 * io.github.tribuopeft.huggingface.adapter.PeftAdapterDirectory}, and training that resumes from one with {@link
 * io.github.tribuopeft.huggingface.adapter.PeftAdapterCheckpoint}.
 */
package io.github.tribuopeft.huggingface.adapter;
