/** Analysis of what the virtual tokens of a trained model do. */
package io.github.tribuopeft.inspection;
