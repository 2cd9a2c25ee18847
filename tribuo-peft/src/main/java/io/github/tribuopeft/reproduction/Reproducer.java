package io.github.tribuopeft.reproduction;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.PeftTextTrainer;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.TrainingFacts;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.training.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.tribuo.Dataset;
import org.tribuo.provenance.DatasetProvenance;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.sequence.SequenceDataset;

/**
 * Trains a model again from its provenance and compares the result: trainer, data, splits, development data, checkpoint,
 * seed and number of the invocation are rebuilt. Before training, the hashes of the data files, the backbone and the
 * checkpoint are checked, and that of the examples themselves.
 *
 * <pre>{@code
 * RecordedData data = RecordedData.builder().allow(TextFileSource.class, TextExampleExtractor.class).build();
 * Reproducer reproducer = Reproducer.builder(data::dataset, data::sequences).build();
 * try (Reproduction reproduction = reproducer.reproduce(model)) {
 *     System.out.println(reproduction.verdict() + " " + reproduction.reasons());
 * }
 * }</pre>
 *
 * <p>The rebuilt trainer consists of classes of this library and {@linkplain Builder#allow allowed} ones only, because a
 * provenance in a file is not trusted.
 */
public final class Reproducer {

    /** Default tolerance: difference of a parameter relative to the largest value of its tensor. */
    public static final double TOLERANCE = 1e-3;

    private final Function<DatasetProvenance, Dataset<?>> texts;
    private final Function<DatasetProvenance, SequenceDataset<?>> sequences;
    private final List<BackboneSource> backbones;
    private final List<Path> roots;
    private final Set<String> allowed;
    private final Optional<String> device;
    private final double tolerance;
    private final TrainingListener listener;

    private Reproducer(Builder builder) {
        this.texts = builder.texts;
        this.sequences = builder.sequences;
        this.backbones = List.copyOf(builder.backbones);
        this.roots = List.copyOf(builder.roots);
        this.allowed = Set.copyOf(builder.allowed);
        this.device = builder.device;
        this.tolerance = builder.tolerance;
        this.listener = builder.listener;
    }

    /**
     * Returns a builder.
     *
     * @param texts rebuilds a dataset from its provenance, such as {@code RecordedData::dataset}
     * @param sequences rebuilds a dataset of sequences, such as {@code RecordedData::sequences}
     */
    public static Builder builder(
            Function<DatasetProvenance, Dataset<?>> texts, Function<DatasetProvenance, SequenceDataset<?>> sequences) {
        return new Builder(texts, sequences);
    }

    /** Returns the recorded paths of the files and directories that a reproduction reads, which may have moved. */
    public static List<String> paths(ModelProvenance provenance) {
        return ProvenanceDifference.files(provenance);
    }

    /**
     * Reproduces a model and compares provenance, tensors and predictions.
     *
     * @throws ReproductionException if the model cannot be reproduced, see there
     * @throws IllegalArgumentException if the data cannot be rebuilt
     */
    public Reproduction reproduce(AdaptedModel model) {
        return reproduce(model.getProvenance(), Optional.of(model));
    }

    /**
     * Reproduces a model of which only the provenance is given. The tensors are compared by the hash in the provenance.
     *
     * @throws ReproductionException if the model cannot be reproduced, see there
     * @throws IllegalArgumentException if the data cannot be rebuilt
     */
    public Reproduction reproduce(ModelProvenance provenance) {
        return reproduce(provenance, Optional.empty());
    }

    /**
     * Reproduces a model from another record of its provenance than its own, and compares as {@link
     * #reproduce(AdaptedModel)}.
     *
     * @throws ReproductionException if the model cannot be reproduced or is not of the kind that the provenance describes
     * @throws IllegalArgumentException if the data cannot be rebuilt
     */
    public Reproduction reproduce(ModelProvenance provenance, AdaptedModel model) {
        return reproduce(provenance, Optional.of(model));
    }

    private Reproduction reproduce(ModelProvenance provenance, Optional<AdaptedModel> recorded) {
        RecordedTrainer trainer = RecordedTrainer.of(provenance.getTrainerProvenance());
        BackboneSource backbone =
                RecordedBackbone.of(provenance.getTrainerProvenance()).find(backbones, roots);
        trainer.replace("backbone", backbone.getProvenance());
        RecordedCheckpoint.of(provenance)
                .ifPresent(start -> trainer.replace("start", start.find(roots).getProvenance()));
        device.ifPresent(name -> trainer.set("device", name));
        RecordedRun run = run(provenance);
        requireSameData(provenance, run);
        TrainingListener stopping = RecordedStop.of(provenance)
                .map(stop -> TrainingListener.of(listener, stop))
                .orElse(listener);
        AdaptedModel found = run.train(trainer.create(allowed), stopping, ownFacts(provenance), trainer.invocation());
        try {
            return new Comparison(provenance, run, found, tolerance).with(recorded);
        } catch (RuntimeException e) {
            found.close();
            throw e;
        }
    }

    private RecordedRun run(ModelProvenance provenance) {
        DatasetProvenance training = provenance.getDatasetProvenance();
        DatasetProvenance development = TrainingFacts.instanceValues(provenance).get(PeftTrainer.DEVELOPMENT_DATA)
                        instanceof DatasetProvenance d
                ? d
                : null;
        if (provenance.getTrainerProvenance().getClassName().equals(PeftTextTrainer.class.getName())) {
            return GenerationRun.of(texts.apply(training), development == null ? null : texts.apply(development));
        }
        return training.isSequence()
                ? SequenceRun.of(sequences.apply(training), development == null ? null : sequences.apply(development))
                : TextRun.of(texts.apply(training), development == null ? null : texts.apply(development));
    }

    /** Checks that rebuilt examples are those of the training. Datasets can be changed after they were read. */
    private static void requireSameData(ModelProvenance provenance, RecordedRun run) {
        Map<String, PrimitiveProvenance<?>> facts = TrainingFacts.in(provenance);
        requireSame("training", facts.get(TrainingFacts.DATA_HASH), run.dataHash());
        run.developmentHash()
                .ifPresent(hash -> requireSame("development", facts.get(TrainingFacts.DEVELOPMENT_HASH), hash));
    }

    private static void requireSame(String data, PrimitiveProvenance<?> recorded, String found) {
        if (recorded != null && !recorded.getValue().equals(found)) {
            throw new ReproductionException("The " + data
                    + " examples that the provenance describes are not those of the"
                    + " training: their texts and outputs have SHA-256 " + found + ", expected " + recorded.getValue()
                    + ". The dataset was changed after it was read, or another version reads the file differently");
        }
    }

    /** Returns the instance values that the application gave to the first training. */
    private static Map<String, Provenance> ownFacts(ModelProvenance provenance) {
        Map<String, Provenance> values = TrainingFacts.instanceValues(provenance);
        values.keySet()
                .removeAll(Set.of(
                        TrainingFacts.KEY, PeftTrainer.DEVELOPMENT_DATA, PeftTrainer.START_HASH, PeftTrainer.STOPPED));
        return values;
    }

    /** Builder of {@link Reproducer}. */
    public static final class Builder {
        private final Function<DatasetProvenance, Dataset<?>> texts;
        private final Function<DatasetProvenance, SequenceDataset<?>> sequences;
        private final List<BackboneSource> backbones = new ArrayList<>();
        private final List<Path> roots = new ArrayList<>();
        private final Set<String> allowed = new HashSet<>();
        private Optional<String> device = Optional.empty();
        private double tolerance = TOLERANCE;
        private TrainingListener listener = new TrainingListener() {};

        private Builder(
                Function<DatasetProvenance, Dataset<?>> texts,
                Function<DatasetProvenance, SequenceDataset<?>> sequences) {
            this.texts = Objects.requireNonNull(texts, "texts");
            this.sequences = Objects.requireNonNull(sequences, "sequences");
        }

        /** Adds a source that may be the backbone. It is used if it has the recorded hashes. */
        public Builder backbone(BackboneSource source) {
            backbones.add(source);
            return this;
        }

        /** Adds a directory in which backbone and checkpoint are searched before their recorded paths. */
        public Builder root(Path directory) {
            roots.add(directory);
            return this;
        }

        /**
         * Allows components of trainers, such as a method of your own. Their settings come from a provenance that may not
         * be trusted, so creating one must neither run nor open anything.
         */
        @SafeVarargs
        public final Builder allow(Class<? extends Configurable>... classes) {
            for (Class<?> type : classes) {
                allowed.add(type.getName());
            }
            return this;
        }

        /** Trains on another device than the recorded one. */
        public Builder device(String name) {
            this.device = Optional.of(name);
            return this;
        }

        /**
         * Sets the largest difference of equivalent models, relative to the largest value of a tensor; {@value #TOLERANCE}
         * by default.
         */
        public Builder tolerance(double relative) {
            if (!(relative >= 0)) {
                throw new IllegalArgumentException("The tolerance must not be negative, but is " + relative);
            }
            this.tolerance = relative;
            return this;
        }

        /** Sets the listener of the second training. */
        public Builder listener(TrainingListener trainingListener) {
            this.listener = Objects.requireNonNull(trainingListener, "listener");
            return this;
        }

        /** Creates the reproducer. */
        public Reproducer build() {
            return new Reproducer(this);
        }
    }
}
