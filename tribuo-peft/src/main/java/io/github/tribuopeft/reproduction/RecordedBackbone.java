package io.github.tribuopeft.reproduction;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import io.github.tribuopeft.PeftTrainerProvenance;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Fingerprint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.tribuo.provenance.TrainerProvenance;

/**
 * Backbone in the provenance of a trainer.
 *
 * @param component the source of the backbone
 * @param fingerprint the hashes of the configuration, the weights and the tokenizer
 */
record RecordedBackbone(RecordedComponent component, Fingerprint fingerprint) {

    /**
     * Returns the backbone in a provenance.
     *
     * @throws ReproductionException if the provenance has no backbone, or no hashes of it
     */
    static RecordedBackbone of(TrainerProvenance trainer) {
        if (!(trainer.getConfiguredParameters().get("backbone") instanceof ConfiguredObjectProvenance source)) {
            throw new ReproductionException("The provenance of the model has no backbone");
        }
        return new RecordedBackbone(
                new RecordedComponent(source),
                new Fingerprint(
                        hash(trainer, PeftTrainerProvenance.BACKBONE_CONFIG),
                        hash(trainer, PeftTrainerProvenance.BACKBONE_WEIGHTS),
                        hash(trainer, PeftTrainerProvenance.BACKBONE_TOKENIZER)));
    }

    private static String hash(TrainerProvenance trainer, String key) {
        Provenance value = trainer.getInstanceValues().get(key);
        if (value instanceof HashProvenance hash) {
            return hash.getValue();
        }
        throw new ReproductionException("The provenance of the model has no value '" + key + "'");
    }

    /**
     * Returns the first source with the recorded fingerprint. Searches the given sources, the roots, the recorded path
     * and the class path, in this order.
     *
     * @throws ReproductionException if no source has the fingerprint; the message contains the recorded hashes and
     *     those that were found
     */
    BackboneSource find(List<BackboneSource> given, List<Path> roots) {
        List<BackboneSource> candidates = new ArrayList<>(given);
        List<String> found = new ArrayList<>();
        try {
            candidates.addAll(component.candidates(roots, BackboneSource.class));
        } catch (IllegalArgumentException e) {
            found.add(e.getMessage());
        }
        for (BackboneSource candidate : candidates) {
            try {
                List<String> differences = differences(candidate.fingerprint());
                if (differences.isEmpty()) {
                    return candidate;
                }
                found.add(location(candidate) + ": " + String.join(", ", differences));
            } catch (BackboneException e) {
                found.add(location(candidate) + ": " + e.getMessage());
            }
        }
        return onClassPath()
                .orElseThrow(() -> new ReproductionException(
                        found.isEmpty()
                                ? "The backbone is missing: " + expected(roots)
                                : "The backbone differs from that of the training: " + String.join("; ", found)));
    }

    private Optional<BackboneSource> onClassPath() {
        return ServiceLoader.load(BackboneSource.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(source -> source.fingerprint().equals(fingerprint))
                .findFirst();
    }

    /** Describes the backbone of the training and location it was searched. */
    private String expected(List<Path> roots) {
        return "the model was trained on a "
                + component.provenance().getClassName().replaceFirst(".*\\.", "") + " in " + component.paths()
                + " with weights of SHA-256 " + fingerprint.weights()
                + (roots.isEmpty() ? "" : "; searched at this path and below " + roots);
    }

    private static String location(BackboneSource source) {
        return source.localDirectory().map(Path::toString).orElse(source.name());
    }

    private List<String> differences(Fingerprint found) {
        List<String> differences = new ArrayList<>();
        add(differences, "configuration", fingerprint.config(), found.config());
        add(differences, "weights", fingerprint.weights(), found.weights());
        add(differences, "tokenizer", fingerprint.tokenizer(), found.tokenizer());
        return differences;
    }

    private static void add(List<String> differences, String part, String expected, String found) {
        if (!expected.equals(found)) {
            differences.add("its " + part + " has SHA-256 " + found + ", but the model was trained with " + expected);
        }
    }
}
