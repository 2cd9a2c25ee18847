package io.github.tribuopeft.huggingface.family;

import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import java.util.List;

/** Family of checkpoints: reads a {@code config.json} and finds the tensors of weights. */
public interface Family {

    /**
     * Reads the architecture from a configuration.
     *
     * @throws BackboneException if a value is missing or not supported by the family's program
     * @throws IllegalArgumentException if values contradict each other
     */
    Architecture architecture(ConfigFile config);

    /** Returns the prefixes of tensor names in checkpoints of models with a head, such as {@code bert.}. */
    List<String> prefixes();

    /** Returns the location of a program's weight in a checkpoint. */
    default TensorLocation locate(String weight) {
        return TensorLocation.whole(weight);
    }

    /** Returns a tensor name of a checkpoint without its prefix. */
    default String withoutPrefix(String name) {
        return prefixes().stream()
                .filter(name::startsWith)
                .findFirst()
                .map(prefix -> name.substring(prefix.length()))
                .orElse(name);
    }
}
