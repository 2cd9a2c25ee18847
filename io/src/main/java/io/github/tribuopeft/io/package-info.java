/** Atomic writes of files: a file is written completely or not changed. */
package io.github.tribuopeft.io;
