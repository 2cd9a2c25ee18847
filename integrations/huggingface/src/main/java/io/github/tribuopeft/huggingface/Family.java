package io.github.tribuopeft.huggingface;

import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.BackboneException;
import java.util.List;

/** A family of checkpoints: how its {@code config.json} and the names of its weights are read. */
interface Family {

    /**
     * Reads what a checkpoint computes.
     *
     * @throws BackboneException if a value is missing or not what the family's program computes
     * @throws IllegalArgumentException if values do not fit each other
     */
    Architecture architecture(ConfigFile config);

    /** The prefixes that names have in checkpoints of models with a head, such as {@code bert.}. */
    List<String> prefixes();

    /** Where a weight of the program lies in a checkpoint. */
    default TensorLocation stored(String weight) {
        return TensorLocation.whole(weight);
    }

    /** A name of a checkpoint without its prefix. */
    default String bare(String name) {
        return prefixes().stream()
                .filter(name::startsWith)
                .findFirst()
                .map(prefix -> name.substring(prefix.length()))
                .orElse(name);
    }

    /** Whether PEFT has prefixes for this family, which takes a cache of keys and values in transformers' model. */
    default boolean takesPrefixesInPeft() {
        return true;
    }

    /** Transformers' classifiers of this family that ours can be made alike. */
    default List<ClassifierLayout> heads() {
        return List.of();
    }
}
