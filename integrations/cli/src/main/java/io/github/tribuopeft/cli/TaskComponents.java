package io.github.tribuopeft.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Classes of a task's components in a {@link TrainerConfiguration}. The backbone, the method and the training options
 * do not depend on the task.
 *
 * @param trainer the class of {@code trainer}
 * @param others the classes of the trainer's other components by name, such as {@code head}
 */
record TaskComponents(Class<?> trainer, Map<String, Class<?>> others) {

    /** Copies the map, in its order. */
    TaskComponents {
        others = new LinkedHashMap<>(others);
    }
}
