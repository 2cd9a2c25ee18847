package io.github.tribuopeft.reproduction;

import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.TrainingFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.tribuo.provenance.ModelProvenance;

/**
 * Comparison of a recorded model with one that was trained again.
 *
 * @param provenance the recorded provenance
 * @param run the data
 * @param found the model that was trained again
 * @param tolerance largest relative difference of equivalent models
 */
record Comparison(ModelProvenance provenance, RecordedRun run, AdaptedModel found, double tolerance) {

    Reproduction with(Optional<AdaptedModel> recorded) {
        return recorded.map(this::withModel).orElseGet(this::withProvenance);
    }

    private Reproduction withModel(AdaptedModel recorded) {
        requireSameKind(recorded);
        boolean changed = hashOf(provenance)
                .filter(hash -> !hash.equals(recorded.state().parametersHash()))
                .isPresent();
        AdaptedModel comparable = changed ? likeRecorded(recorded) : found;
        try {
            return withModel(recorded, comparable, changed);
        } finally {
            if (comparable != found) {
                comparable.close();
            }
        }
    }

    /** Returns the merged model if the recorded model was merged after training. */
    private AdaptedModel likeRecorded(AdaptedModel recorded) {
        if (recorded.adapter().keySet().equals(found.adapter().keySet())) {
            return found;
        }
        return found.merged();
    }

    private void requireSameKind(AdaptedModel recorded) {
        if (recorded.getClass() != found.getClass()
                || recorded.getOutputIDInfo().getClass()
                        != found.getOutputIDInfo().getClass()) {
            throw new ReproductionException("The provenance describes a "
                    + found.getClass().getSimpleName()
                    + " with outputs " + found.getOutputIDInfo().getClass().getSimpleName() + ", but the model is a "
                    + recorded.getClass().getSimpleName() + " with "
                    + recorded.getOutputIDInfo().getClass().getSimpleName());
        }
    }

    private Reproduction withModel(AdaptedModel recorded, AdaptedModel comparable, boolean changed) {
        double agreement = run.agreement(
                recorded, comparable, comparable.backbone(), comparable.state().device(), tolerance);
        Optional<ParameterDifference> difference = recorded.labels().equals(comparable.labels())
                ? ParameterDifference.between(recorded.state(), comparable.state())
                : Optional.empty();
        Verdict verdict = agreement < 1
                ? Verdict.DIFFERENT
                : difference
                        .map(tensors -> tensors.identical()
                                ? Verdict.IDENTICAL
                                : tensors.relative() <= tolerance ? Verdict.EQUIVALENT : Verdict.DIFFERENT)
                        .orElse(Verdict.DIFFERENT);
        List<String> reasons = new ArrayList<>();
        if (difference.isEmpty()) {
            reasons.add("Tensors: the model has other tensors or outputs than the one that was trained again");
        }
        if (changed) {
            reasons.add("Model: its tensors are not those that its training created; it was merged or changed later");
        }
        return result(
                verdict,
                difference.map(tensors -> OptionalDouble.of(tensors.absolute())).orElseGet(OptionalDouble::empty),
                difference.map(tensors -> OptionalDouble.of(tensors.relative())).orElseGet(OptionalDouble::empty),
                OptionalDouble.of(agreement),
                reasons);
    }

    /** Compares with the hash of the parameters, since there is no model. */
    private Reproduction withProvenance() {
        String recorded = hashOf(provenance)
                .orElseThrow(() -> new ReproductionException("The provenance has no hash of the parameters, because an"
                        + " earlier version wrote it; expected the model too"));
        boolean identical = recorded.equals(found.state().parametersHash());
        OptionalDouble unknown = OptionalDouble.empty();
        return result(
                identical ? Verdict.IDENTICAL : Verdict.DIFFERENT,
                identical ? OptionalDouble.of(0) : unknown,
                identical ? OptionalDouble.of(0) : unknown,
                identical ? OptionalDouble.of(1) : unknown,
                identical
                        ? List.of()
                        : List.of(
                                "Parameters: their SHA-256 is " + found.state().parametersHash()
                                        + ", but the provenance has " + recorded
                                        + ". How far they differ is only known with the model"));
    }

    private static Optional<String> hashOf(ModelProvenance provenance) {
        return Optional.<PrimitiveProvenance<?>>ofNullable(
                        TrainingFacts.in(provenance).get(TrainingFacts.PARAMETERS_HASH))
                .map(hash -> hash.getValue().toString());
    }

    private Reproduction result(
            Verdict verdict,
            OptionalDouble absolute,
            OptionalDouble relative,
            OptionalDouble agreement,
            List<String> reasons) {
        List<ProvenanceDifference> differences = ProvenanceDifference.between(provenance, found.getProvenance());
        List<String> all = new ArrayList<>(reasons);
        all.addAll(Reasons.of(provenance, found.getProvenance(), differences));
        return new Reproduction(
                verdict,
                absolute,
                relative,
                tolerance,
                agreement,
                differences,
                verdict == Verdict.IDENTICAL ? List.of() : all,
                found);
    }
}
