/**
 * Texts as Tribuo examples. The text itself travels in an example's metadata, where datasets, views, splits, cross-validation and
 * protobuf files keep it; features are for Tribuo's own models.
 */
package io.github.tribuopeft.data;
