/**
 * The default backbone, embedded: all-MiniLM-L6-v2 (six BERT layers, 384 wide, 22.7 million values), from its Maven artifact, so that a
 * first training needs no download of a model.
 */
package io.github.tribuopeft.minilm;
