package io.github.tribuopeft.evaluation;

import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.classification.Label;
import org.tribuo.dataset.DatasetView;
import org.tribuo.util.Util;

/**
 * Sampler of few-shot training sets: the same number of examples for each label.
 *
 * <pre>{@code
 * DatasetView<Label> eight = new FewShot(8, 1).sample(data);
 * }</pre>
 *
 * <p>Equal seeds give equal samples. Samples of one seed are nested: that of 16 shots contains that of 8. So a learning
 * curve over the number of shots does not mix the effect of more examples with that of other examples.
 *
 * @param shots number of examples for each label, at least 1
 * @param seed seed of the sample
 */
public record FewShot(int shots, long seed) {

    /** Pattern of the tags that {@link #sample} gives to views. */
    private static final Pattern TAG =
            Pattern.compile("Few-shot, (?<shots>[1-9]\\d{0,8}) per label, seed (?<seed>-?\\d{1,19})");

    /** @throws IllegalArgumentException if the number of shots is out of range */
    public FewShot {
        if (shots < 1) {
            throw new IllegalArgumentException("The number of shots must be at least 1, but is " + shots);
        }
    }

    /**
     * Draws a sample. It is a view of the data that keeps its order, and has all its features and labels.
     *
     * @throws IllegalArgumentException if a label has fewer examples than shots; the message names it
     */
    public DatasetView<Label> sample(Dataset<Label> data) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] positions = positions(data).entrySet().stream()
                .flatMapToInt(entry -> draw(entry.getKey(), entry.getValue(), random.split()))
                .sorted()
                .toArray();
        DatasetView<Label> view = new DatasetView<>(data, positions, "Few-shot, " + shots + " per label, seed " + seed);
        view.setStoreIndices(false); // the seed determines the positions
        return view;
    }

    /**
     * Repeats a sample.
     *
     * @param data the data that was sampled
     * @param tag the tag of the view, which is in its provenance
     * @return the sample; empty if the tag is not that of a few-shot sample
     * @throws IllegalArgumentException if the data has no such sample
     */
    public static Optional<Dataset<Label>> repeat(Dataset<Label> data, String tag) {
        Matcher match = TAG.matcher(tag);
        return match.matches()
                ? Optional.of(new FewShot(Integer.parseInt(match.group("shots")), Long.parseLong(match.group("seed")))
                        .sample(data))
                : Optional.empty();
    }

    /**
     * Returns the SHA-256 of a sample, in lower-case hex: of the positions and labels of its examples, one line
     * {@code position<TAB>label} in UTF-8 for each. Positions count from 0. With the hash of the data file, it
     * identifies the sample in any language.
     */
    public static String sha256(DatasetView<Label> sample) {
        StringBuilder lines = new StringBuilder();
        int[] positions = sample.getExampleIndices();
        for (int i = 0; i < positions.length; i++) {
            lines.append(positions[i])
                    .append('\t')
                    .append(sample.getExample(i).getOutput().getLabel())
                    .append('\n');
        }
        byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
        return ProvenanceUtil.hashArray(ProvenanceUtil.HashType.SHA256, bytes).toLowerCase(Locale.ROOT);
    }

    private static Map<String, List<Integer>> positions(Dataset<Label> data) {
        Map<String, List<Integer>> positions = new TreeMap<>();
        List<Example<Label>> examples = data.getData();
        for (int i = 0; i < examples.size(); i++) {
            positions
                    .computeIfAbsent(examples.get(i).getOutput().getLabel(), label -> new ArrayList<>())
                    .add(i);
        }
        return positions;
    }

    private IntStream draw(String label, List<Integer> positions, SplittableRandom random) {
        if (positions.size() < shots) {
            throw new IllegalArgumentException("Label '" + label + "' has " + positions.size()
                    + " examples; expected at least " + shots + ", the number of shots");
        }
        return IntStream.of(Util.randperm(positions.size(), random))
                .limit(shots)
                .map(positions::get);
    }
}
