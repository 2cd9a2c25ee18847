package io.github.tribuopeft.cli;

import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PeftMethods;
import java.util.Iterator;

/** Names of all methods, for the descriptions of options and for look-up. */
final class MethodNames implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
        return PeftMethods.names().iterator();
    }

    /**
     * Returns the method of a name, or of names joined by {@code +}.
     *
     * @throws UsageException if a name is unknown; the message suggests the one that was probably meant
     */
    static PeftMethod find(String name) {
        for (String part : name.split("\\+", -1)) {
            if (!PeftMethods.names().contains(part)) {
                throw new UsageException("Unknown method '" + part + "'" + Suggestion.of(part, PeftMethods.names())
                        + "; expected one of " + String.join(", ", PeftMethods.names()));
            }
        }
        return PeftMethods.named(name);
    }
}
