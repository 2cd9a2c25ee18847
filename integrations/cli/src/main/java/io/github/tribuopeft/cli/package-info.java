/**
 * Command line behind {@code ./peft}. Commands read files, configure a trainer by the names of its settings, and write
 * results. The library trains and predicts.
 */
package io.github.tribuopeft.cli;
