package io.github.tribuopeft.reproduction;

import static java.util.Map.entry;

import io.github.tribuopeft.PeftTrainerProvenance;
import io.github.tribuopeft.TrainingFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tribuo.provenance.ModelProvenance;

/** Reasons why a retrained model differs from the recorded one, in sentences. */
final class Reasons {

    /**
     * Sentences for values that affect the rounding of a result, by the last component of their path. The format
     * arguments are the recorded value and the value of the retrained model.
     */
    private static final Map<String, String> SENTENCES = Map.ofEntries(
            entry(
                    PeftTrainerProvenance.THREADS,
                    "Threads: the model was trained with %s threads for each operation and retrained with %s; the order"
                            + " of additions depends on the number of threads"),
            entry(
                    PeftTrainerProvenance.TORCH_VERSION,
                    "libtorch: the model was trained with version %s and retrained with %s; operations of another"
                            + " version may round differently"),
            entry(
                    PeftTrainerProvenance.DJL_VERSION,
                    "DJL: the model was trained with version %s and retrained with %s"),
            entry(
                    PeftTrainerProvenance.PEFT_VERSION,
                    "Library: the model was trained with version %s of Tribuo PEFT and retrained with %s"),
            entry(
                    PeftTrainerProvenance.RESOLVED_DEVICE,
                    "Device: the model was trained on %s and retrained on %s; the order of additions depends on the"
                            + " device"),
            entry(TrainingFacts.PROCESSOR, "Processor: the model was trained on '%s' and retrained on '%s'"),
            entry(
                    TrainingFacts.INSTRUCTION_SETS,
                    "Processor: libtorch selects its kernels by the instruction sets, which were '%s' and are '%s'"),
            entry(
                    TrainingFacts.PROCESSOR_RESTRICTIONS,
                    "Processor: environment variables restrict the instruction sets; they were '%s' and are '%s'"),
            entry("os-arch", "Processor: the architecture was %s and is %s"),
            entry(
                    "os-name",
                    "Operating system: it was %s and is %s; the mathematical functions of another system may round"
                            + " differently"),
            entry("tribuo-version", "Tribuo: the model was trained with version %s and retrained with %s"));

    private Reasons() {}

    /** Returns the reasons without duplicates; contains at least one. */
    static List<String> of(
            ModelProvenance recorded, ModelProvenance retrained, List<ProvenanceDifference> differences) {
        List<String> reasons = new ArrayList<>();
        for (ProvenanceDifference difference : differences) {
            String sentence = SENTENCES.get(difference.name());
            if (sentence != null) {
                add(reasons, String.format(sentence, difference.recorded(), difference.found()));
            } else if (difference.path().startsWith("trainer.")) {
                add(
                        reasons,
                        "Settings: " + difference.path() + " was " + difference.recorded() + " and is "
                                + difference.found());
            } else if (difference.path().startsWith("dataset.")
                    || difference.path().contains("development-data.")) {
                add(
                        reasons,
                        "Data: " + difference.path() + " was " + difference.recorded() + " and is "
                                + difference.found());
            }
        }
        if (TrainingFacts.in(recorded).isEmpty()) {
            add(
                    reasons,
                    "Record: the model was written by an earlier version of this library. It did not record the"
                            + " processor, the pooling, the learning rates or the hash of the examples, so these may"
                            + " differ");
        }
        String device = String.valueOf(
                retrained.getTrainerProvenance().getInstanceValues().get(PeftTrainerProvenance.RESOLVED_DEVICE));
        if (device.contains("cuda")) {
            add(reasons, "Device: sums on a GPU have no fixed order, so each training run differs in the last bits");
        }
        if (reasons.isEmpty()) {
            add(
                    reasons,
                    "No recorded value differs. The model may have been changed after training, or a value that is not"
                            + " recorded may have changed");
        }
        return reasons;
    }

    private static void add(List<String> reasons, String reason) {
        if (!reasons.contains(reason)) {
            reasons.add(reason);
        }
    }
}
