/** Adapted models as DJL models, for services that use DJL. */
package io.github.tribuopeft.serving;
