package io.github.tribuopeft.reproduction;

import io.github.tribuopeft.AdaptedModel;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Result of a reproduction: the retrained model and its comparison with the recorded one.
 *
 * <p>If only the provenance of the recorded model was given and the hashes of the parameters differ, the differences
 * and the agreement are unknown and thus empty.
 *
 * @param verdict whether the models are identical, equivalent or different
 * @param maxParameterDifference largest absolute difference of a parameter; also empty if the tensors have different
 *     names or shapes
 * @param maxRelativeDifference largest difference of a parameter, relative to the largest absolute value of its tensor;
 *     also empty if the tensors have different names or shapes
 * @param tolerance largest relative difference for {@link Verdict#EQUIVALENT}
 * @param predictionAgreement fraction of the compared examples with the same prediction, in [0, 1]
 * @param provenanceDifferences values that differ between the two provenances, except for times and paths
 * @param reasons why the models differ, in sentences; empty for identical models
 * @param model the retrained model; its provenance describes the second training
 */
public record Reproduction(
        Verdict verdict,
        OptionalDouble maxParameterDifference,
        OptionalDouble maxRelativeDifference,
        double tolerance,
        OptionalDouble predictionAgreement,
        List<ProvenanceDifference> provenanceDifferences,
        List<String> reasons,
        AdaptedModel model)
        implements AutoCloseable {

    public Reproduction {
        provenanceDifferences = List.copyOf(provenanceDifferences);
        reasons = List.copyOf(reasons);
    }

    /** Closes the retrained model. */
    @Override
    public void close() {
        model.close();
    }
}
