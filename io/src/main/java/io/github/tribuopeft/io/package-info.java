/** Files that are either written whole or left as they were. */
package io.github.tribuopeft.io;
