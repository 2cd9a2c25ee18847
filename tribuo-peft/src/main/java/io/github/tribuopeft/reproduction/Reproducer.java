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
 * Trains a model again from its provenance and compares the retrained model with the recorded one.
 *
 * <p>A reproduction rebuilds the trainer, the data with its splits, the development data, the checkpoint, the seed and
 * the number of the invocation. Before training, it checks the hashes of the data files, the examples, the backbone and
 * the checkpoint.
 *
 * <pre>{@code
 * RecordedData data = RecordedData.builder().allow(TextFileSource.class, TextExampleExtractor.class).build();
 * Reproducer reproducer = Reproducer.builder(data::dataset, data::sequences).build();
 * try (Reproduction reproduction = reproducer.reproduce(model)) {
 *     System.out.println(reproduction.verdict() + " " + reproduction.reasons());
 * }
 * }</pre>
 *
 * <p>A provenance in a file is not trusted. So the rebuilt trainer consists only of classes of this library and those
 * that the application {@linkplain Builder#allow allows}.
 */
public final class Reproducer {

    /** Default tolerance: difference of a parameter, relative to the largest absolute value of its tensor. */
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

    /** Returns the recorded paths of the files and directories that a reproduction reads. These may have moved. */
    public static List<String> paths(ModelProvenance provenance) {
        return ProvenanceDifference.files(provenance);
    }

    /**
     * Reproduces a model from its own provenance. Compares provenances, tensors and predictions.
     *
     * @throws ReproductionException if the provenance does not describe a training run, or a file is missing or has
     *     changed
     * @throws IllegalArgumentException if the data cannot be rebuilt
     */
    public Reproduction reproduce(AdaptedModel model) {
        return reproduce(model.getProvenance(), Optional.of(model));
    }

    /**
     * Reproduces a model from its provenance alone. Compares the tensors by the hash in the provenance.
     *
     * @throws ReproductionException if the provenance does not describe a training run or has no hash of the
     *     parameters, or a file is missing or has changed
     * @throws IllegalArgumentException if the data cannot be rebuilt
     */
    public Reproduction reproduce(ModelProvenance provenance) {
        return reproduce(provenance, Optional.empty());
    }

    /**
     * Reproduces a model from a provenance that is stored separately. Compares as {@link #reproduce(AdaptedModel)}
     * does.
     *
     * @throws ReproductionException if the provenance does not describe a training run or describes a model of another
     *     class or output type, or a file is missing or has changed
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
        AdaptedModel retrained =
                run.train(trainer.create(allowed), stopping, applicationValues(provenance), trainer.invocation());
        try {
            return new Comparison(provenance, run, retrained, tolerance).with(recorded);
        } catch (RuntimeException e) {
            retrained.close();
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

    /**
     * Checks the hashes of the rebuilt examples. The hashes of files do not suffice, since an application can change a
     * dataset after it was read.
     */
    private static void requireSameData(ModelProvenance provenance, RecordedRun run) {
        Map<String, PrimitiveProvenance<?>> facts = TrainingFacts.in(provenance);
        requireSame("training", facts.get(TrainingFacts.DATA_HASH), run.dataHash());
        run.developmentHash()
                .ifPresent(hash -> requireSame("development", facts.get(TrainingFacts.DEVELOPMENT_HASH), hash));
    }

    private static void requireSame(String data, PrimitiveProvenance<?> recorded, String found) {
        if (recorded != null && !recorded.getValue().equals(found)) {
            throw new ReproductionException("The " + data
                    + " examples rebuilt from the provenance are not those of the recorded training: their texts and"
                    + " outputs have SHA-256 " + found + ", expected " + recorded.getValue()
                    + ". The dataset was changed after it was read, or another version reads the file differently");
        }
    }

    /** Returns the instance values that the application added to the recorded training. */
    private static Map<String, Provenance> applicationValues(ModelProvenance provenance) {
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

        /** Adds a possible source of the backbone. It is used if it has the recorded hashes. */
        public Builder backbone(BackboneSource source) {
            backbones.add(source);
            return this;
        }

        /** Adds a directory in which the backbone and the checkpoint are searched before their recorded paths. */
        public Builder root(Path directory) {
            roots.add(directory);
            return this;
        }

        /**
         * Allows additional classes of trainer components, such as your own method. Their settings come from a
         * provenance that is not trusted, so creating an object of such a class must not execute commands or open
         * files.
         */
        @SafeVarargs
        public final Builder allow(Class<? extends Configurable>... classes) {
            for (Class<?> type : classes) {
                allowed.add(type.getName());
            }
            return this;
        }

        /**
         * Sets the device of the second training; the recorded device by default.
         *
         * @param name {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
         */
        public Builder device(String name) {
            this.device = Optional.of(name);
            return this;
        }

        /**
         * Sets the largest difference of a parameter for {@link Verdict#EQUIVALENT}; {@value #TOLERANCE} by default.
         *
         * @param relative difference relative to the largest absolute value of the tensor; must not be negative
         * @throws IllegalArgumentException if the tolerance is negative or not a number
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
