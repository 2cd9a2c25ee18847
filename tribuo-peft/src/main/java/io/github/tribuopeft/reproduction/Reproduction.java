package io.github.tribuopeft.reproduction;

import io.github.tribuopeft.AdaptedModel;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Model that was trained again, compared with the recorded one.
 *
 * @param verdict the verdict
 * @param maxParameterDifference largest absolute difference of a parameter; empty if only the provenance was given, and
 *     its hash of the parameters is not that of the new model
 * @param maxRelativeDifference largest difference relative to the largest value of its tensor; empty as above
 * @param tolerance largest relative difference of equivalent models
 * @param predictionAgreement share of the examples with the same prediction, [0, 1]; empty as above
 * @param provenanceDifferences values in which the two provenances differ, without times and paths
 * @param reasons why the models differ, in sentences; empty for identical models
 * @param model the model that was trained again; its provenance describes the second training
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

    /** Closes the model that was trained again. */
    @Override
    public void close() {
        model.close();
    }
}
