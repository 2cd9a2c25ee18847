package io.github.tribuopeft.evaluation;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.Output;
import org.tribuo.classification.Label;
import org.tribuo.dataset.DatasetView;

/**
 * Stratified splitter of datasets. {@link AbstractStratifiedSplitter} describes the parts.
 *
 * <pre>{@code
 * TrainTestSplit<Dataset<Label>> split = StratifiedSplitter.ofLabels(1).split(data, 0.8);
 * }</pre>
 *
 * <p>The parts are views of the dataset, as those of Tribuo's {@code KFoldSplitter}. They have all its features and
 * outputs, because Tribuo's {@code LabelEvaluator} throws an exception for a label that only the test part has.
 *
 * @param <T> output type
 */
public final class StratifiedSplitter<T extends Output<T>> extends AbstractStratifiedSplitter<Dataset<T>, Example<T>> {

    /** Pattern of the tags that {@link #part(Dataset, int[], PartDescription)} gives to views. */
    private static final Pattern TAG = Pattern.compile("Stratified (?<kind>.+), strata (?<strata>.+), "
            + "seed (?<seed>-?\\d{1,19}), (?<side>" + SplitProvenance.TRAIN + "|" + SplitProvenance.TEST + ")");

    /** Creates a splitter that allows rare strata. */
    public StratifiedSplitter(Strata<Example<T>> strata, long seed) {
        this(strata, seed, RareStrata.ALLOW);
    }

    /** Creates a splitter. */
    public StratifiedSplitter(Strata<Example<T>> strata, long seed, RareStrata rareStrata) {
        super(strata, seed, rareStrata);
    }

    /** Creates a splitter that stratifies by label and allows rare labels. */
    public static StratifiedSplitter<Label> ofLabels(long seed) {
        return new StratifiedSplitter<>(Strata.label(), seed);
    }

    /**
     * Repeats a split, fold or sample of labeled examples.
     *
     * @param data the data that was split
     * @param tag the tag of the view, which is in its provenance
     * @return the part; empty if the tag is not that of a stratified splitter, or the strata are not those of
     *     {@link Strata}
     * @throws IllegalArgumentException if the data has no such part
     */
    public static Optional<Dataset<Label>> repeat(Dataset<Label> data, String tag) {
        Matcher match = TAG.matcher(tag);
        if (!match.matches()) {
            return Optional.empty();
        }
        long seed = Long.parseLong(match.group("seed"));
        return PartDescription.parse(match.group("kind"), match.group("side"))
                .flatMap(part -> Strata.ofExamples(match.group("strata"))
                        .map(strata -> new StratifiedSplitter<>(strata, seed).part(data, part)));
    }

    @Override
    List<Example<T>> examples(Dataset<T> data) {
        return data.getData();
    }

    @Override
    Dataset<T> part(Dataset<T> data, int[] positions, PartDescription description) {
        DatasetView<T> view = new DatasetView<>(
                data,
                positions,
                "Stratified " + description.kind() + ", strata " + strata().name() + ", seed " + seed() + ", "
                        + description.side());
        view.setStoreIndices(false); // the seed determines the positions; a model file would contain all of them
        return view;
    }
}
