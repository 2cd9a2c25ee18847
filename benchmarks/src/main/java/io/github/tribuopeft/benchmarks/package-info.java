/** Benchmarks with JMH; see {@code docs/benchmarks.md}. */
package io.github.tribuopeft.benchmarks;
