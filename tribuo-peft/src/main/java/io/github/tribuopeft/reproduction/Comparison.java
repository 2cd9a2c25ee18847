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
 * Comparison of a recorded model with the model that was trained again from its provenance.
 *
 * @param provenance the recorded provenance
 * @param run the training run, with the rebuilt data
 * @param retrained the model that was trained again
 * @param tolerance largest difference of a parameter for {@link Verdict#EQUIVALENT}, relative to the largest absolute
 *     value of its tensor
 */
record Comparison(ModelProvenance provenance, RecordedRun run, AdaptedModel retrained, double tolerance) {

    /**
     * Compares the retrained model with the recorded model, or with the recorded hash of the parameters if there is no
     * recorded model.
     *
     * @throws ReproductionException if the recorded model has another class or output type, or if there is neither a
     *     recorded model nor a recorded hash
     */
    Reproduction with(Optional<AdaptedModel> recorded) {
        return recorded.map(this::withModel).orElseGet(this::withProvenance);
    }

    private Reproduction withModel(AdaptedModel recorded) {
        requireSameKind(recorded);
        boolean changed = hashOf(provenance)
                .filter(hash -> !hash.equals(recorded.state().parametersHash()))
                .isPresent();
        AdaptedModel comparable = changed ? mergedLike(recorded) : retrained;
        try {
            return withModel(recorded, comparable, changed);
        } finally {
            if (comparable != retrained) {
                comparable.close();
            }
        }
    }

    /** Returns the retrained model, merged if the recorded model has been merged after training. */
    private AdaptedModel mergedLike(AdaptedModel recorded) {
        if (recorded.adapter().keySet().equals(retrained.adapter().keySet())) {
            return retrained;
        }
        return retrained.merged();
    }

    private void requireSameKind(AdaptedModel recorded) {
        if (recorded.getClass() != retrained.getClass()
                || recorded.getOutputIDInfo().getClass()
                        != retrained.getOutputIDInfo().getClass()) {
            throw new ReproductionException("The provenance describes a "
                    + retrained.getClass().getSimpleName()
                    + " with outputs " + retrained.getOutputIDInfo().getClass().getSimpleName()
                    + ", but the model is a "
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
            reasons.add("Tensors: the names or shapes of the tensors, or the outputs, differ between the model and the"
                    + " retrained model");
        }
        if (changed) {
            reasons.add("Model: its tensors are not those of its training; it was merged or changed later");
        }
        return result(
                verdict,
                difference.map(tensors -> OptionalDouble.of(tensors.absolute())).orElseGet(OptionalDouble::empty),
                difference.map(tensors -> OptionalDouble.of(tensors.relative())).orElseGet(OptionalDouble::empty),
                OptionalDouble.of(agreement),
                reasons);
    }

    /** Compares the hash of the parameters with the recorded one. */
    private Reproduction withProvenance() {
        String recorded = hashOf(provenance)
                .orElseThrow(() -> new ReproductionException("The provenance has no hash of the parameters, because an"
                        + " earlier version wrote it; expected the model too"));
        boolean identical = recorded.equals(retrained.state().parametersHash());
        OptionalDouble unknown = OptionalDouble.empty();
        return result(
                identical ? Verdict.IDENTICAL : Verdict.DIFFERENT,
                identical ? OptionalDouble.of(0) : unknown,
                identical ? OptionalDouble.of(0) : unknown,
                identical ? OptionalDouble.of(1) : unknown,
                identical
                        ? List.of()
                        : List.of("Parameters: their SHA-256 is "
                                + retrained.state().parametersHash()
                                + ", but the provenance has " + recorded
                                + ". The size of the difference can be computed only if the model is given"));
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
        List<ProvenanceDifference> differences = ProvenanceDifference.between(provenance, retrained.getProvenance());
        List<String> all = new ArrayList<>(reasons);
        all.addAll(Reasons.of(provenance, retrained.getProvenance(), differences));
        return new Reproduction(
                verdict,
                absolute,
                relative,
                tolerance,
                agreement,
                differences,
                verdict == Verdict.IDENTICAL ? List.of() : all,
                retrained);
    }
}
