/** Predictions with adapted models in Spark ML. */
package io.github.tribuopeft.spark;
