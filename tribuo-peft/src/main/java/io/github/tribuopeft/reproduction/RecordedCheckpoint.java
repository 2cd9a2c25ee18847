package io.github.tribuopeft.reproduction;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.NullConfiguredProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import io.github.tribuopeft.InitialCheckpoint;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.TrainingFacts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tribuo.provenance.ModelProvenance;

/**
 * Checkpoint from which a recorded training run resumed.
 *
 * @param component the checkpoint as a component of the trainer
 * @param sha256 the hash of the checkpoint
 */
record RecordedCheckpoint(RecordedComponent component, String sha256) {

    /**
     * Returns the checkpoint in a provenance, or empty if training did not resume from one.
     *
     * @throws ReproductionException if the hash of the checkpoint is not recorded
     */
    static Optional<RecordedCheckpoint> of(ModelProvenance provenance) {
        if (!(provenance.getTrainerProvenance().getConfiguredParameters().get("start")
                        instanceof ConfiguredObjectProvenance start)
                || start instanceof NullConfiguredProvenance) {
            return Optional.empty();
        }
        if (TrainingFacts.instanceValues(provenance).get(PeftTrainer.START_HASH) instanceof HashProvenance hash) {
            return Optional.of(new RecordedCheckpoint(new RecordedComponent(start), hash.getValue()));
        }
        throw new ReproductionException(
                "The training resumed from " + start + ", but the hash of this checkpoint is not recorded");
    }

    /**
     * Returns the first checkpoint with the recorded hash. Searches the roots, then the recorded path.
     *
     * @throws ReproductionException if no checkpoint has this hash; the message contains the recorded hash and those
     *     that were found
     */
    InitialCheckpoint find(List<Path> roots) {
        List<String> found = new ArrayList<>();
        try {
            for (InitialCheckpoint candidate : component.candidates(roots, InitialCheckpoint.class)) {
                String actual = candidate.sha256();
                if (actual.equals(sha256)) {
                    return candidate;
                }
                found.add(candidate + " has SHA-256 " + actual);
            }
        } catch (IllegalArgumentException e) {
            throw new ReproductionException("The checkpoint of the training cannot be read: " + e.getMessage(), e);
        }
        throw new ReproductionException(
                found.isEmpty()
                        ? "The checkpoint " + component.paths()
                                + " from which the training resumed is missing; expected a file with SHA-256 " + sha256
                        : "The checkpoint has changed: " + String.join("; ", found) + ", but the training resumed from "
                                + sha256);
    }
}
