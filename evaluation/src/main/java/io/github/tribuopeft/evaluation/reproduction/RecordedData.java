package io.github.tribuopeft.evaluation.reproduction;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import io.github.tribuopeft.evaluation.FewShot;
import io.github.tribuopeft.evaluation.SplitProvenance;
import io.github.tribuopeft.evaluation.StratifiedSequenceSplitter;
import io.github.tribuopeft.evaluation.StratifiedSplitter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tribuo.DataSource;
import org.tribuo.Dataset;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.classification.Label;
import org.tribuo.dataset.DatasetView;
import org.tribuo.dataset.DatasetView.DatasetViewProvenance;
import org.tribuo.evaluation.TrainTestSplitter;
import org.tribuo.evaluation.TrainTestSplitter.SplitDataSourceProvenance;
import org.tribuo.provenance.ConfiguredDataSourceProvenance;
import org.tribuo.provenance.DataProvenance;
import org.tribuo.provenance.DatasetProvenance;
import org.tribuo.sequence.MutableSequenceDataset;
import org.tribuo.sequence.SequenceDataSource;
import org.tribuo.sequence.SequenceDataset;

/**
 * Datasets rebuilt from the provenance of a model:
 *
 * <ul>
 *   <li>data sources with one file, whose content must have the hash in the provenance. A file that has moved is found
 *       below the {@linkplain Builder#root given directories},
 *   <li>both sides of Tribuo's {@code TrainTestSplitter},
 *   <li>views of a dataset with recorded positions, such as the folds of Tribuo's {@code CrossValidation}, and bootstrap
 *       samples,
 *   <li>splits, folds and samples of {@link StratifiedSplitter} and {@link StratifiedSequenceSplitter}.
 * </ul>
 *
 * <p>Only objects of {@linkplain Builder#allow allowed} classes are created, because a provenance in a file is not
 * trusted. Tribuo's data sources that read one local file, and their components, are allowed by default.
 *
 * <pre>{@code
 * RecordedData data = RecordedData.builder().allow(TextFileSource.class, TextExampleExtractor.class).build();
 * Dataset<?> training = data.dataset(model.getProvenance().getDatasetProvenance());
 * }</pre>
 */
public final class RecordedData {

    private static final String CLASSES = "reproducible-classes.txt";

    private final Set<String> allowed;
    private final List<Path> roots;

    private RecordedData(Builder builder) {
        this.allowed = Set.copyOf(builder.allowed);
        this.roots = List.copyOf(builder.roots);
    }

    /** Returns a builder. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Rebuilds a dataset.
     *
     * @throws RecordedDataException if a file is missing or has another content, or if the provenance does not say how
     *     the data was made
     */
    public Dataset<?> dataset(DatasetProvenance provenance) {
        requireKind(provenance, false);
        return provenance instanceof DatasetViewProvenance view ? view(view) : mutableDataset(provenance);
    }

    private Dataset<?> mutableDataset(DatasetProvenance provenance) {
        requireUnchanged(provenance, MutableDataset.class);
        return collect(source(provenance.getSourceProvenance()));
    }

    private static <T extends Output<T>> Dataset<T> collect(DataSource<T> source) {
        return new MutableDataset<>(source);
    }

    /**
     * Rebuilds a dataset of sequences.
     *
     * @throws RecordedDataException if a file is missing or has another content, or if the provenance does not say how
     *     the data was made
     */
    public SequenceDataset<?> sequences(DatasetProvenance provenance) {
        requireKind(provenance, true);
        requireUnchanged(provenance, MutableSequenceDataset.class);
        DataProvenance source = provenance.getSourceProvenance();
        if (source instanceof SplitProvenance split) {
            return part(split);
        }
        SequenceDataSource<?> file = configured(source, SequenceDataSource.class);
        return collect(file);
    }

    private static <T extends Output<T>> SequenceDataset<T> collect(SequenceDataSource<T> source) {
        return new MutableSequenceDataset<>(source);
    }

    private static void requireKind(DatasetProvenance provenance, boolean sequences) {
        if (provenance.isSequence() != sequences) {
            throw new RecordedDataException("The data of the model is "
                    + (sequences ? "not a dataset of sequences" : "a dataset of sequences"));
        }
    }

    private static void requireUnchanged(DatasetProvenance provenance, Class<?> type) {
        if (!provenance.getClassName().equals(type.getName())) {
            throw new RecordedDataException("The model was trained on a " + provenance.getClassName()
                    + ", which cannot be rebuilt; expected a " + type.getSimpleName() + " or a view of one");
        }
        if (!provenance.getTransformationProvenance().getList().isEmpty()) {
            throw new RecordedDataException("The data of the model was transformed after it was read: "
                    + provenance.getTransformationProvenance() + ", which cannot be repeated");
        }
    }

    private DataSource<?> source(DataProvenance provenance) {
        return provenance instanceof SplitDataSourceProvenance split
                ? side(split)
                : configured(provenance, DataSource.class);
    }

    private DataSource<?> side(SplitDataSourceProvenance provenance) {
        ProvenanceValues values = ProvenanceValues.of(provenance);
        return side(source(values.get("source", DataProvenance.class)), values);
    }

    private static <T extends Output<T>> DataSource<T> side(DataSource<T> all, ProvenanceValues values) {
        TrainTestSplitter<T> splitter = new TrainTestSplitter<>(
                all, values.value("train-proportion", Double.class), values.value("seed", Long.class));
        return values.value("is-train", Boolean.class) ? splitter.getTrain() : splitter.getTest();
    }

    private <S> S configured(DataProvenance provenance, Class<S> type) {
        if (provenance instanceof ConfiguredDataSourceProvenance configured) {
            return new RecordedSource(configured).open(allowed, roots, type);
        }
        throw new RecordedDataException("The data of the model was not read from a file: " + provenance
                + ". Expected a data source that OLCUT can configure, such as TextFileSource");
    }

    private Dataset<?> view(DatasetViewProvenance provenance) {
        if (!(provenance.getSourceProvenance() instanceof DatasetProvenance inner)) {
            throw new RecordedDataException(
                    "The model was trained on a view of an unknown dataset: " + provenance.getSourceProvenance());
        }
        return view(dataset(inner), provenance);
    }

    private static <T extends Output<T>> Dataset<?> view(Dataset<T> inner, DatasetViewProvenance provenance) {
        ProvenanceValues values = ProvenanceValues.of(provenance);
        String tag = values.value("tag", String.class);
        int[] positions = values.integers("indices");
        if (positions.length > 0) {
            return new DatasetView<>(inner, positions, tag);
        }
        if (provenance.isSampled() && !provenance.isWeighted()) {
            return DatasetView.createBootstrapView(
                    inner, values.value("size", Integer.class), values.value("seed", Long.class));
        }
        Dataset<Label> labels = labels(inner, inner.getOutputFactory());
        return StratifiedSplitter.repeat(labels, tag)
                .or(() -> FewShot.repeat(labels, tag))
                .orElseThrow(() -> new RecordedDataException("The model was trained on a view of a dataset, '" + tag
                        + "', whose provenance does not contain the positions of its examples. Call"
                        + " setStoreIndices(true) before training"));
    }

    @SuppressWarnings("unchecked") // the factory's output has the type of the dataset's outputs
    private static Dataset<Label> labels(Dataset<?> data, OutputFactory<?> factory) {
        requireLabels(factory.getUnknownOutput());
        return (Dataset<Label>) data;
    }

    private static void requireLabels(Object output) {
        if (!(output instanceof Label)) {
            throw new RecordedDataException("A stratified split of outputs of "
                    + output.getClass().getName() + " cannot be repeated; expected " + Label.class.getName());
        }
    }

    private SequenceDataset<?> part(SplitProvenance split) {
        if (!(split.source() instanceof DatasetProvenance inner)) {
            throw new RecordedDataException("The model was trained on a part of unknown data: " + split.source());
        }
        SequenceDataset<?> all = sequences(inner);
        requireLabels(all.getOutputFactory().getUnknownOutput());
        @SuppressWarnings("unchecked") // checked above
        SequenceDataset<Label> tagged = (SequenceDataset<Label>) all;
        return StratifiedSequenceSplitter.repeat(tagged, split)
                .orElseThrow(() -> new RecordedDataException(
                        "The model was trained on a part of a stratified split by '" + split.strata()
                                + "', which is not among the strata of this library and cannot be repeated"));
    }

    /** Builder of {@link RecordedData}. */
    public static final class Builder {
        private final Set<String> allowed = new HashSet<>(read(CLASSES));
        private final List<Path> roots = new ArrayList<>();

        private Builder() {}

        private static Set<String> read(String resource) {
            try (InputStream in = RecordedData.class.getResourceAsStream(resource)) {
                return Set.copyOf(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .toList());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /**
         * Allows classes of data sources and of the components in their settings. The settings come from a provenance
         * that is not trusted, so these classes must not run programs or open connections.
         */
        @SafeVarargs
        public final Builder allow(Class<? extends Configurable>... classes) {
            for (Class<?> type : classes) {
                allowed.add(type.getName());
            }
            return this;
        }

        /** Adds a directory in which data files are searched before their recorded paths. */
        public Builder root(Path directory) {
            roots.add(directory);
            return this;
        }

        /** Creates the {@code RecordedData}. */
        public RecordedData build() {
            return new RecordedData(this);
        }
    }
}
