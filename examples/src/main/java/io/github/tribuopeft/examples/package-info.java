/** Complete example programs. The data of most is in {@code examples/data}. */
package io.github.tribuopeft.examples;
