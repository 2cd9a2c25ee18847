/**
 * How good a model is: entities found in tag sequences, and splits of data that are fair to rare outputs. For any Tribuo model: nothing
 * here knows how a model was made.
 */
package io.github.tribuopeft.evaluation;
