/** Generation of texts by language models: requests, sampling of tokens, and results. */
package io.github.tribuopeft.generation;
