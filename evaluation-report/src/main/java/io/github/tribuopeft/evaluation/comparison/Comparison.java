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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Trains and tests each candidate with each seed and each number of training examples.
 *
 * <p>Each finished cell is written to a folder, with the provenance of its model if the candidate has one. A comparison
 * that runs again with the same folder trains only missing and changed cells. An unfinished cell resumes from its last
 * checkpoint if its candidate writes checkpoints. A cell is identified by a hash of the configuration of its candidate,
 * the data, the seed and the training size.
 *
 * @param <D> dataset type
 * @param <M> model type
 */
public final class Comparison<D, M> {

    /** Version of the content of cells. Cells of other versions are trained again. */
    private static final String FORMAT = "cell 1";

    private final Benchmark<D, M> benchmark;
    private final List<? extends TrainableCandidate<D, M>> candidates;
    private final List<Long> seeds;
    private final List<Integer> sizes;
    private final CellStore store;
    private final ComparisonListener listener;

    /**
     * Creates a comparison.
     *
     * @param benchmark task and data
     * @param candidates candidates with distinct names, at least one
     * @param seeds distinct seeds, at least one
     * @param sizes distinct numbers of training examples, in [2, {@link Benchmark#trainingSize}], at least one
     * @param folder folder of finished cells; created if missing
     * @param listener receives the progress
     * @throws IllegalArgumentException if a list is empty or has duplicates, or if a size is out of range
     * @throws IOException if files cannot be written to the folder
     */
    public Comparison(
            Benchmark<D, M> benchmark,
            List<? extends TrainableCandidate<D, M>> candidates,
            List<Long> seeds,
            List<Integer> sizes,
            Path folder,
            ComparisonListener listener)
            throws IOException {
        requireDistinct(
                "candidates",
                candidates.stream()
                        .map(candidate -> candidate.candidate().name())
                        .toList());
        requireDistinct("seeds", seeds);
        requireDistinct("training sizes", sizes);
        for (int size : sizes) {
            if (size < 2 || size > benchmark.trainingSize()) {
                throw new IllegalArgumentException("A training size must be in [2, " + benchmark.trainingSize()
                        + "], from two to the number of training examples, but is " + size);
            }
        }
        this.benchmark = benchmark;
        this.candidates = List.copyOf(candidates);
        this.seeds = List.copyOf(seeds);
        this.sizes = List.copyOf(new TreeSet<>(sizes));
        this.store = new CellStore(folder, benchmark, listener);
        this.listener = listener;
    }

    private static void requireDistinct(String name, List<?> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("The " + name + " of a comparison must not be empty");
        }
        Set<Object> seen = new HashSet<>();
        for (Object value : values) {
            if (!seen.add(value)) {
                throw new IllegalArgumentException(
                        "The " + name + " of a comparison must be distinct, but '" + value + "' occurs twice");
            }
        }
    }

    /** Trains and tests each cell in its own process. */
    @FunctionalInterface
    public interface CellProcess {

        /**
         * Calls {@link Comparison#trainInThisProcess} for the same comparison in another process, and waits for it.
         *
         * @throws IOException if the process fails
         */
        void train(Key key) throws IOException;
    }

    /**
     * Trains and tests missing cells in this process. Their peak memory is unknown, because the peak of this process
     * covers all its training runs.
     *
     * @param title title of the report
     * @param provenance information needed to repeat the comparison, in addition to that of the benchmark
     * @return result with all cells
     * @throws IOException if a cell cannot be read or written
     */
    public ComparisonResult run(String title, Map<String, String> provenance) throws IOException {
        return run(title, provenance, this::find, (key, configuration) -> train(key, configuration, false));
    }

    /**
     * Trains and tests each missing cell, and each cell of unknown peak memory, in its own process.
     *
     * @param title title of the report
     * @param provenance information needed to repeat the comparison, in addition to that of the benchmark
     * @return result with all cells
     * @throws IOException if a cell cannot be read or written
     */
    public ComparisonResult run(String title, Map<String, String> provenance, CellProcess process) throws IOException {
        return run(
                title,
                provenance,
                (key, configuration) ->
                        find(key, configuration).filter(cell -> cell.costs().peakMemoryBytes() >= 0),
                (key, configuration) -> {
                    process.train(key);
                    return find(key, configuration)
                            .orElseThrow(() -> new IOException("The process of " + key + " did not write its cell"));
                });
    }

    /**
     * Trains, tests and writes one cell. Its peak memory is that of this process, which trains nothing else.
     *
     * @throws IllegalArgumentException if the comparison does not have the cell
     * @throws IOException if the cell cannot be written
     */
    public void trainInThisProcess(Key key) throws IOException {
        train(key, hash(candidate(key), key), true);
    }

    private Optional<Cell> find(Key key, String configuration) throws IOException {
        return store.find(key, configuration);
    }

    @FunctionalInterface
    private interface CellSource<C> {
        C get(Key key, String configuration) throws IOException;
    }

    private ComparisonResult run(
            String title, Map<String, String> provenance, CellSource<Optional<Cell>> finished, CellSource<Cell> trained)
            throws IOException {
        Map<Key, String> configurations = new LinkedHashMap<>();
        for (long seed : seeds) {
            for (int size : sizes) {
                for (TrainableCandidate<D, M> candidate : candidates) {
                    Key key = new Key(candidate.candidate().name(), seed, size);
                    configurations.put(key, hash(candidate, key));
                }
            }
        }
        int reused = 0;
        for (Map.Entry<Key, String> entry : configurations.entrySet()) {
            reused += finished.get(entry.getKey(), entry.getValue()).isPresent() ? 1 : 0;
        }
        listener.onStart(configurations.size(), reused);
        List<Cell> cells = new ArrayList<>();
        for (Map.Entry<Key, String> entry : configurations.entrySet()) {
            Cell cell = finished.get(entry.getKey(), entry.getValue()).orElse(null);
            if (cell == null) {
                listener.onCellStart(entry.getKey());
                cell = trained.get(entry.getKey(), entry.getValue());
            }
            listener.onCellEnd(cell);
            cells.add(cell);
        }
        listener.onEnd();
        Map<String, String> fullProvenance = new LinkedHashMap<>(provenance);
        fullProvenance.putAll(benchmark.provenance());
        return new ComparisonResult(
                title,
                benchmark.scoring(),
                candidates.stream().map(TrainableCandidate::candidate).toList(),
                seeds,
                sizes,
                benchmark.items(),
                cells,
                fullProvenance);
    }

    private TrainableCandidate<D, M> candidate(Key key) {
        return candidates.stream()
                .filter(each -> each.candidate().name().equals(key.candidate()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("The comparison has no candidate " + key.candidate()));
    }

    private Cell train(Key key, String configuration, boolean ownProcess) throws IOException {
        D training = benchmark.training(key.trainingSize(), key.seed());
        long start = System.nanoTime();
        try (TrainableCandidate.Trained<M> trained =
                candidate(key).train(training, benchmark.development(), key.seed(), store.checkpoints(configuration))) {
            double wallSeconds = secondsSince(start);
            if (trained.record().isPresent()) {
                store.putRecord(configuration, trained.record().get());
            }
            long peak = ownProcess ? ProcessMemory.peakBytes().orElse(-1) : -1;
            benchmark.warmUp(trained.model());
            start = System.nanoTime();
            List<List<String>> predictions = benchmark.predict(trained.model());
            double predictSeconds = secondsSince(start);
            double epochSeconds =
                    trained.epochs().stream().mapToDouble(Epoch::seconds).sum();
            Cell cell = new Cell(
                    key,
                    configuration,
                    benchmark.scoring().metrics(benchmark.items(), predictions),
                    new Costs(
                            trained.trainableValues(),
                            trained.storedValues(),
                            benchmark.modelBytes(trained.model()),
                            trained.epochs().isEmpty() ? wallSeconds : epochSeconds,
                            predictSeconds,
                            peak),
                    trained.epochs(),
                    predictions);
            store.put(cell);
            return cell;
        }
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private String hash(TrainableCandidate<D, M> candidate, Key key) {
        String text = String.join(
                "\n",
                FORMAT,
                candidate.configuration(key.seed()),
                key.toString(),
                benchmark.provenance().toString());
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new UncheckedIOException(new IOException("SHA-256 is not available", e));
        }
    }
}
