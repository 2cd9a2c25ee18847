package io.github.tribuopeft.cli;

import java.util.Arrays;
import java.util.Iterator;

/** Names of the tasks whose methods can be compared, for the description of an option. */
final class ComparableTaskNames implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
        return Arrays.stream(Task.values())
                .filter(task -> task.definition().comparable().isPresent())
                .map(Task::id)
                .iterator();
    }
}
