package io.github.tribuopeft.cli;

import io.github.tribuopeft.method.PeftMethods;
import java.util.Iterator;

/** Names of all methods, for the descriptions of options. */
final class MethodNames implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
        return PeftMethods.names().iterator();
    }
}
