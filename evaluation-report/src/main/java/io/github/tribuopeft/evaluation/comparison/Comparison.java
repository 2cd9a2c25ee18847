package io.github.tribuopeft.evaluation.comparison;

import io.github.tribuopeft.evaluation.comparison.Cell.Costs;
import io.github.tribuopeft.evaluation.comparison.Cell.Epoch;
import io.github.tribuopeft.evaluation.comparison.Cell.Key;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Trains and tests every competitor with every seed on every number of training examples.
 *
 * <p>A cell is written to the folder as soon as it is finished. A comparison that is started again with the same folder trains what is
 * missing, and what has changed: cells are known by a hash of the competitor's configuration, the data and the seed.
 *
 * @param <D> the kind of dataset
 * @param <M> the kind of model
 */
public final class Comparison<D, M> {

    /** Counts up when cells hold something else than before: those of other versions are trained again. */
    private static final String FORMAT = "cell 1";

    private final Benchmark<D, M> benchmark;
    private final List<? extends TrainableCandidate<D, M>> competitors;
    private final List<Long> seeds;
    private final List<Integer> sizes;
    private final CellStore store;
    private final ComparisonListener listener;

    /**
     * A comparison.
     *
     * @param benchmark the task
     * @param competitors what is compared, with different names
     * @param seeds different seeds, at least one
     * @param sizes numbers of training examples, each from 2 to all that there are
     * @param folder keeps finished cells; made if it is not there
     * @param listener hears how it goes on
     * @throws IllegalArgumentException if there is nothing to compare, or if names, seeds or sizes cannot be
     * @throws IOException if the folder cannot be made
     */
    public Comparison(
            Benchmark<D, M> benchmark,
            List<? extends TrainableCandidate<D, M>> competitors,
            List<Long> seeds,
            List<Integer> sizes,
            Path folder,
            ComparisonListener listener)
            throws IOException {
        requireDistinct(
                "competitors",
                competitors.stream().map(c -> c.contestant().name()).toList());
        requireDistinct("seeds", seeds);
        requireDistinct("training sizes", sizes);
        for (int size : sizes) {
            if (size < 2 || size > benchmark.trainingSize()) {
                throw new IllegalArgumentException("A training size must lie between 2 and the number of training"
                        + " examples, " + benchmark.trainingSize() + ", but is " + size);
            }
        }
        this.benchmark = benchmark;
        this.competitors = List.copyOf(competitors);
        this.seeds = List.copyOf(seeds);
        this.sizes = List.copyOf(new TreeSet<>(sizes));
        this.store = new CellStore(folder, benchmark, listener);
        this.listener = listener;
    }

    private static void requireDistinct(String what, List<?> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("A comparison needs " + what);
        }
        Set<Object> seen = new HashSet<>();
        for (Object value : values) {
            if (!seen.add(value)) {
                throw new IllegalArgumentException(
                        "The " + what + " of a comparison must differ, but " + value + " is given twice");
            }
        }
    }

    /**
     * Trains what is missing.
     *
     * @param title what is compared on what, for people
     * @param provenance what else is needed to repeat it, by name
     * @return all cells
     * @throws IOException if a cell cannot be written
     */
    public ComparisonResult run(String title, Map<String, String> provenance) throws IOException {
        Map<Key, String> configurations = new LinkedHashMap<>();
        for (long seed : seeds) {
            for (int size : sizes) {
                for (TrainableCandidate<D, M> competitor : competitors) {
                    Key key = new Key(competitor.contestant().name(), seed, size);
                    configurations.put(key, hash(competitor, key));
                }
            }
        }
        int kept = 0;
        for (Map.Entry<Key, String> entry : configurations.entrySet()) {
            kept += store.find(entry.getKey(), entry.getValue()).isPresent() ? 1 : 0;
        }
        listener.onStart(configurations.size(), kept);
        List<Cell> cells = new ArrayList<>();
        for (Map.Entry<Key, String> entry : configurations.entrySet()) {
            Cell cell = store.find(entry.getKey(), entry.getValue()).orElse(null);
            if (cell == null) {
                listener.onCellStart(entry.getKey());
                cell = cell(entry.getKey(), entry.getValue());
                store.put(cell);
            }
            listener.onCellEnd(cell);
            cells.add(cell);
        }
        listener.onEnd();
        Map<String, String> all = new LinkedHashMap<>(provenance);
        all.putAll(benchmark.provenance());
        return new ComparisonResult(
                title,
                benchmark.scoring(),
                competitors.stream().map(TrainableCandidate::contestant).toList(),
                seeds,
                sizes,
                benchmark.items(),
                cells,
                all);
    }

    private Cell cell(Key key, String configuration) throws IOException {
        TrainableCandidate<D, M> competitor = competitors.stream()
                .filter(one -> one.contestant().name().equals(key.contestant()))
                .findFirst()
                .orElseThrow();
        D training = benchmark.training(key.trainingSize(), key.seed());
        ProcessMemory.resetPeak(); // what earlier cells left is no cost of this one
        long began = System.nanoTime();
        try (TrainableCandidate.Trained<M> trained = competitor.train(training, benchmark.development(), key.seed())) {
            double wall = secondsSince(began);
            long peak = ProcessMemory.peakBytes().orElse(-1);
            benchmark.warmUp(trained.model());
            began = System.nanoTime();
            List<List<String>> answers = benchmark.answers(trained.model());
            double predicting = secondsSince(began);
            double epochs =
                    trained.epochs().stream().mapToDouble(Epoch::seconds).sum();
            return new Cell(
                    key,
                    configuration,
                    benchmark.scoring().metrics(benchmark.items(), answers),
                    new Costs(
                            trained.trainableValues(),
                            trained.storedValues(),
                            benchmark.bytes(trained.model()),
                            trained.epochs().isEmpty() ? wall : epochs,
                            predicting,
                            peak),
                    trained.epochs(),
                    answers);
        }
    }

    private static double secondsSince(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private String hash(TrainableCandidate<D, M> competitor, Key key) {
        String all = String.join(
                "\n",
                FORMAT,
                competitor.configuration(key.seed()),
                key.toString(),
                benchmark.provenance().toString());
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(all.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new UncheckedIOException(new IOException("Every Java has SHA-256", e));
        }
    }
}
