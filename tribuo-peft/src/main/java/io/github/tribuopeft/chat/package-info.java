/** Conversations with language models: messages, and the texts that models read. */
package io.github.tribuopeft.chat;
