/**
 * Texts and words as Tribuo examples. An example contains its text as metadata, which datasets, views, splits,
 * cross-validation and protobuf files keep. Features are for Tribuo's own models.
 */
package io.github.tribuopeft.data;
