package io.github.tribuopeft;

import com.oracle.labs.mlrg.olcut.provenance.MapProvenance;
import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil.HashType;
import com.oracle.labs.mlrg.olcut.provenance.primitives.DoubleProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.IntProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import com.oracle.labs.mlrg.olcut.util.Pair;
import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.engine.Processor;
import io.github.tribuopeft.training.TrainingPlan;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.tribuo.provenance.ModelProvenance;

/**
 * Facts of the training run in a model's provenance, under {@value #KEY} among its instance values. The provenance of the
 * trainer contains the settings, where 0 or nothing stands for a default; these are the values that were used.
 */
public final class TrainingFacts {

    /** Key of the facts among the instance values of a model's provenance. */
    public static final String KEY = "training-run";

    /** Highest learning rate of the method's tensors. */
    public static final String LEARNING_RATE = "learning-rate";
    /** Highest learning rate of the head's tensors. */
    public static final String HEAD_LEARNING_RATE = "head-learning-rate";
    /** Pooling of hidden states. */
    public static final String POOLING = "pooling";
    /** Maximum number of tokens in a text. */
    public static final String MAX_LENGTH = "max-length";
    /** Number of first layers whose states were computed once instead of in each epoch. */
    public static final String FROZEN_LAYERS = "frozen-layers";
    /** Number of examples that were trained on, without those held out. */
    public static final String TRAINING_EXAMPLES = "training-examples";
    /** Number of examples that chose the best epoch. */
    public static final String DEVELOPMENT_EXAMPLES = "development-examples";
    /** Origin of the development examples: {@code given}, {@code held out} or {@code none}. */
    public static final String DEVELOPMENT = "development";
    /** Number of the epoch whose state was kept, from 1. */
    public static final String BEST_EPOCH = "best-epoch";
    /** SHA-256 of the texts and outputs of the dataset, before examples were held out; see {@link DataDigest}. */
    public static final String DATA_HASH = "data-hash";
    /** SHA-256 of the texts and outputs of the development dataset, if one was given. */
    public static final String DEVELOPMENT_HASH = "development-hash";
    /** SHA-256 of the tensors of the model. */
    public static final String PARAMETERS_HASH = "parameters-hash";
    /** Model of the processor. */
    public static final String PROCESSOR = "processor";
    /** Instruction sets of the processor. */
    public static final String INSTRUCTION_SETS = "instruction-sets";
    /** Environment variables that restrict the instruction sets. */
    public static final String PROCESSOR_RESTRICTIONS = "processor-restrictions";

    private final Map<String, PrimitiveProvenance<?>> facts = new TreeMap<>();

    TrainingFacts() {
        text(PROCESSOR, Processor.model());
        text(INSTRUCTION_SETS, Processor.instructionSets());
        text(PROCESSOR_RESTRICTIONS, Processor.restrictions());
    }

    TrainingFacts plan(TrainingPlan plan, int maxLength) {
        number(LEARNING_RATE, plan.peakRates().method());
        number(HEAD_LEARNING_RATE, plan.peakRates().head());
        return encoding(plan.pooling(), maxLength);
    }

    TrainingFacts encoding(Pooling pooling, int maxLength) {
        text(POOLING, pooling.name());
        integer(MAX_LENGTH, maxLength);
        return this;
    }

    /** @param layers the number of layers whose states were computed once */
    TrainingFacts frozenLayers(int layers) {
        integer(FROZEN_LAYERS, layers);
        return this;
    }

    /** @param given the development dataset; null if there is none */
    TrainingFacts data(LabeledExamples<?, ?> training, LabeledExamples<?, ?> given, Split<?> split) {
        integer(TRAINING_EXAMPLES, split.training().size());
        integer(DEVELOPMENT_EXAMPLES, split.development().size());
        text(DEVELOPMENT, given != null ? "given" : split.development().isEmpty() ? "none" : "held out");
        hash(DATA_HASH, training.sha256().get());
        if (given != null) {
            hash(DEVELOPMENT_HASH, given.sha256().get());
        }
        return this;
    }

    TrainingFacts result(ModelState<?> state, int bestEpoch) {
        integer(BEST_EPOCH, bestEpoch);
        return result(state);
    }

    /** Adds the result of a training without epochs. */
    TrainingFacts result(ModelState<?> state) {
        hash(PARAMETERS_HASH, state.parametersHash());
        return this;
    }

    MapProvenance<PrimitiveProvenance<?>> provenance() {
        return new MapProvenance<>(facts);
    }

    /** Returns the facts in a model's provenance by key; empty for imported models and those of earlier versions. */
    public static Map<String, PrimitiveProvenance<?>> in(ModelProvenance provenance) {
        Map<String, PrimitiveProvenance<?>> facts = new TreeMap<>();
        if (instanceValues(provenance).get(KEY) instanceof MapProvenance<?> recorded) {
            recorded.forEach(pair -> {
                if (pair.getB() instanceof PrimitiveProvenance<?> fact) {
                    facts.put(pair.getA(), fact);
                }
            });
        }
        return Collections.unmodifiableMap(facts);
    }

    /** Returns the instance values of a provenance by key. */
    public static Map<String, Provenance> instanceValues(ModelProvenance provenance) {
        Map<String, Provenance> values = new TreeMap<>();
        for (Pair<String, ? extends Provenance> pair : provenance.getInstanceProvenance()) {
            values.put(pair.getA(), pair.getB());
        }
        return values;
    }

    private void text(String key, String value) {
        facts.put(key, new StringProvenance(key, value));
    }

    private void integer(String key, int value) {
        facts.put(key, new IntProvenance(key, value));
    }

    private void number(String key, double value) {
        facts.put(key, new DoubleProvenance(key, value));
    }

    private void hash(String key, String sha256) {
        facts.put(key, new HashProvenance(HashType.SHA256, key, sha256));
    }
}
