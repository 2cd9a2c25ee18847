/**
 * Texts as outputs of Tribuo: the output type, its evaluators, and metrics of generated texts. Independent of how the
 * texts are computed.
 */
package io.github.tribuopeft.text;
