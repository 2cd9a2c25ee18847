/** Small complete programs, each one runnable with the data in {@code examples/data}. */
package io.github.tribuopeft.examples;
