/**
 * The command line behind {@code ./peft}. Commands read files, build a trainer as an OLCUT configuration (so that every setting can be
 * given by name), and write results; the work itself is done by the library.
 */
package io.github.tribuopeft.cli;
