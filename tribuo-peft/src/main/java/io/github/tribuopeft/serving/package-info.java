/** Tuned models as DJL's own, for services that run DJL: {@link io.github.tribuopeft.serving.ServedModel}. */
package io.github.tribuopeft.serving;
