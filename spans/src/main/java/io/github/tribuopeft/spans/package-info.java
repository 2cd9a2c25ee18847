/** Spans of words that are entities, and the schemes of the tags that mark them. Needs no other library. */
package io.github.tribuopeft.spans;
