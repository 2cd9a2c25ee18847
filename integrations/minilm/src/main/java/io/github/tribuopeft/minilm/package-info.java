/**
 * Default backbone all-MiniLM-L6-v2 (BERT with six layers, hidden size 384, 22.7 million parameters) from a Maven
 * artifact, so a first training does not need to download a model.
 */
package io.github.tribuopeft.minilm;
