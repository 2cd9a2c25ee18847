package io.github.tribuopeft.evaluation.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tribuopeft.evaluation.comparison.Cell.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.datasource.ListDataSource;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.provenance.SimpleDataSourceProvenance;

class ComparisonTest {

    private static final List<Long> SEEDS = List.of(1L, 2L);

    @TempDir
    private Path folder;

    private final LabelBenchmark benchmark =
            new LabelBenchmark(points("train", 60, 1), points("dev", 20, 2), points("test", 40, 3), Object::toString);

    /** Noisy points of three classes, so that trainers differ and make errors. */
    private static Dataset<Label> points(String name, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        LabelFactory factory = new LabelFactory();
        List<Example<Label>> examples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double[] values = {random.nextDouble(), random.nextDouble(), 1 + random.nextDouble()};
            values[i % 3] += 0.6;
            examples.add(new ArrayExample<>(new Label("class " + i % 3), new String[] {"x", "y", "z"}, values));
        }
        return new MutableDataset<>(
                new ListDataSource<>(examples, factory, new SimpleDataSourceProvenance(name, factory)));
    }

    /** Tribuo's logistic regression, which records training runs and can be made to fail. */
    private static final class Linear implements TrainableCandidate<Dataset<Label>, Model<Label>> {
        private final String name;
        private final int epochs;
        private final List<String> log;
        private int failAt = Integer.MAX_VALUE;

        Linear(String name, int epochs, List<String> log) {
            this.name = name;
            this.epochs = epochs;
            this.log = log;
        }

        @Override
        public Candidate candidate() {
            return new Candidate(name, "no backbone", "epochs=" + epochs);
        }

        @Override
        public String configuration(long seed) {
            return trainer(seed).toString();
        }

        private LinearSGDTrainer trainer(long seed) {
            return new LinearSGDTrainer(new LogMulticlass(), new AdaGrad(0.1), epochs, seed);
        }

        @Override
        public Trained<Model<Label>> train(Dataset<Label> training, Dataset<Label> development, long seed) {
            if (log.size() == failAt) {
                throw new IllegalStateException("training failed");
            }
            log.add(name + " " + seed + " " + training.size());
            Model<Label> model = trainer(seed).train(training);
            List<Cell.Epoch> epochReports = List.of(new Cell.Epoch(1, 0.5, Double.NaN, Double.NaN, true));
            return new Trained<>(model, -1, 9, epochReports, () -> log.add("released"));
        }
    }

    private Comparison<Dataset<Label>, Model<Label>> comparison(Linear... candidates) throws IOException {
        return comparison(new ComparisonListener() {}, candidates);
    }

    private Comparison<Dataset<Label>, Model<Label>> comparison(ComparisonListener listener, Linear... candidates)
            throws IOException {
        return new Comparison<>(benchmark, List.of(candidates), SEEDS, List.of(60, 12), folder, listener);
    }

    private static List<Object> table(ComparisonResult result) {
        return result.cells().stream()
                .flatMap(cell -> Stream.<Object>of(cell.key(), cell.metrics(), cell.predictions()))
                .toList();
    }

    @Test
    void trainsEveryCandidateSeedAndSize() throws IOException {
        List<String> log = new ArrayList<>();
        ComparisonResult result = comparison(new Linear("short", 1, log), new Linear("long", 20, log))
                .run("points", Map.of("command", "none"));
        assertThat(result.trainingSizes()).containsExactly(12, 60);
        assertThat(result.fullSize()).isEqualTo(60);
        assertThat(result.cells()).hasSize(8).extracting(Cell::key).doesNotHaveDuplicates();
        assertThat(log).hasSize(16).contains("short 1 12", "long 2 60").endsWith("released");
        assertThat(result.cells("long", 60)).hasSize(2).allSatisfy(cell -> {
            List<List<String>> gold =
                    result.items().stream().map(TestItem::gold).toList();
            long right = 0;
            for (int i = 0; i < gold.size(); i++) {
                right += gold.get(i).equals(cell.predictions().get(i)) ? 1 : 0;
            }
            assertThat(cell.metrics().get("accuracy")).isEqualTo(right / 40.0).isGreaterThan(1 / 3.0);
            assertThat(cell.costs().storedValues()).isEqualTo(9);
            assertThat(cell.costs().modelBytes()).isPositive();
            assertThat(cell.costs().trainSeconds()).isEqualTo(0.5);
            assertThat(cell.costs().predictSeconds()).isPositive();
        });
        assertThat(result.provenance()).containsKeys("command", "training data", "development data", "test data");
    }

    @Test
    void resumedComparisonReusesFinishedCells(@TempDir Path other) throws IOException {
        List<String> log = new ArrayList<>();
        Linear failing = new Linear("long", 20, log);
        failing.failAt = 6;
        assertThatThrownBy(
                        () -> comparison(new Linear("short", 1, log), failing).run("points", Map.of()))
                .hasMessage("training failed");
        List<String> finished =
                log.stream().filter(entry -> !entry.equals("released")).toList();
        assertThat(finished).isNotEmpty();

        List<String> again = new ArrayList<>();
        ComparisonResult resumed = comparison(new Linear("short", 1, again), new Linear("long", 20, again))
                .run("points", Map.of());
        assertThat(again).doesNotContainAnyElementsOf(finished);
        assertThat(again.stream().filter(entry -> !entry.equals("released"))).hasSize(8 - finished.size());

        List<String> whole = new ArrayList<>();
        ComparisonResult uninterrupted = new Comparison<>(
                        benchmark,
                        List.of(new Linear("short", 1, whole), new Linear("long", 20, whole)),
                        SEEDS,
                        List.of(60, 12),
                        other,
                        new ComparisonListener() {})
                .run("points", Map.of());
        assertThat(table(resumed)).isEqualTo(table(uninterrupted));
    }

    @Test
    void changedCandidatesAreTrainedAgain() throws IOException {
        comparison(new Linear("a", 1, new ArrayList<>()), new Linear("b", 2, new ArrayList<>()))
                .run("points", Map.of());
        List<String> log = new ArrayList<>();
        comparison(new Linear("a", 1, log), new Linear("b", 3, log)).run("points", Map.of());
        assertThat(log)
                .filteredOn(entry -> !entry.equals("released"))
                .hasSize(4)
                .allMatch(entry -> entry.startsWith("b"));
    }

    @Test
    void damagedCellIsTrainedAgain() throws IOException {
        comparison(new Linear("a", 1, new ArrayList<>())).run("points", Map.of());
        Path cell;
        try (Stream<Path> cells = Files.list(folder)) {
            cell = cells.sorted().findFirst().orElseThrow();
        }
        Files.writeString(cell, Files.readString(cell).substring(0, 100));
        List<String> log = new ArrayList<>();
        ComparisonResult result = comparison(new Linear("a", 1, log)).run("points", Map.of());
        assertThat(log).hasSize(2);
        assertThat(result.cells()).hasSize(4);
    }

    /** Each kind of damage is reported with the file and the reason. */
    @Test
    void damagedCellIsReportedAndReplaced() throws IOException {
        ComparisonResult original =
                comparison(new Linear("a", 1, new ArrayList<>())).run("points", Map.of());
        Path cell;
        try (Stream<Path> cells = Files.list(folder)) {
            List<Path> all = cells.sorted().toList();
            assertThat(all).as("only cells").hasSize(4).allMatch(file -> file.toString()
                    .endsWith(".json"));
            cell = all.get(0);
        }
        String json = Files.readString(cell);
        Map<String, String> damages = new LinkedHashMap<>();
        damages.put(json.replaceFirst("\"costs\":\\{[^}]*}", "\"costs\":null"), "costs");
        damages.put(json.replaceFirst("\"trainSeconds\":[^,]*,", ""), "trainSeconds");
        damages.put(json.replaceFirst("\"seed\":\\d+", "\"seed\":99"), "of another configuration");
        damages.put(json.replaceFirst("\"class \\d\"],", "null],"), "predictions do not match the test set");
        damages.put(json.replaceFirst("\\[\"class \\d\"],", ""), "predictions do not match the test set");
        damages.put(
                json.replaceFirst("\"accuracy\":0", "\"accuracy\":1"),
                "metrics are not the metrics of its predictions");
        damages.put("", "content");
        damages.put(json + json, "Trailing token");
        for (Map.Entry<String, String> damage : damages.entrySet()) {
            assertThat(damage.getKey()).isNotEqualTo(json);
            Files.writeString(cell, damage.getKey());
            List<String> reported = new ArrayList<>();
            List<String> log = new ArrayList<>();
            ComparisonResult repaired = comparison(
                            new ComparisonListener() {
                                @Override
                                public void onDamagedCell(Key key, Path file, String what) {
                                    reported.add(file + ": " + what);
                                }
                            },
                            new Linear("a", 1, log))
                    .run("points", Map.of());
            assertThat(reported).singleElement().asString().contains(cell.toString(), damage.getValue());
            assertThat(log).hasSize(2);
            assertThat(table(repaired)).isEqualTo(table(original));
        }
    }

    /** A cell of a newer version is not trained again, which would replace it. */
    @Test
    void cellsOfANewerVersionAreRefused() throws IOException {
        Path fixtures = Path.of("src/test/resources/io/github/tribuopeft/evaluation/comparison/version-0");
        Cell cell = ResultFile.read(fixtures.resolve("results.json")).cells().get(0);
        String name = cell.configuration() + ".json";
        Path newer = Files.writeString(
                folder.resolve(name),
                Files.readString(fixtures.resolve(name)).replaceFirst("\\{", "{\"formatVersion\":1,"));
        CellStore store = new CellStore(folder, benchmark, new ComparisonListener() {});
        assertThatThrownBy(() -> store.find(cell.key(), cell.configuration()))
                .isInstanceOf(IOException.class)
                .hasMessage(newer + " was written by a newer version of this library: it has format version 1, but this"
                        + " library reads versions up to 0");
    }

    @Test
    void concurrentWritersOfOneCell() throws Exception {
        ComparisonResult original =
                comparison(new Linear("a", 1, new ArrayList<>())).run("points", Map.of());
        CellStore store = new CellStore(folder, benchmark, new ComparisonListener() {});
        Cell cell = original.cells().get(0);
        List<Callable<Object>> writers = Collections.nCopies(4, () -> {
            for (int i = 0; i < 50; i++) {
                store.put(cell);
                assertThat(store.find(cell.key(), cell.configuration())).hasValue(cell);
            }
            return null;
        });
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (Future<Object> writer : threads.invokeAll(writers)) {
                writer.get();
            }
        } finally {
            threads.shutdown();
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(4);
        }
    }

    @Test
    void rejectsTextsThatAreNotUnicode() {
        Dataset<Label> test = points("test", 3, 3);
        assertThatThrownBy(() -> new LabelBenchmark(test, null, test, example -> "a\uD800"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The test set contains half of a surrogate pair in 'a?', which is not valid Unicode");
    }

    @Test
    void resultFileRoundTrip() throws IOException {
        ComparisonResult result =
                comparison(new Linear("a", 1, new ArrayList<>())).run("points", Map.of("command", "x"));
        Path file = folder.resolve("results.json");
        ResultFile.write(file, result);
        assertThat(ResultFile.read(file)).isEqualTo(result);
        assertThat(result.cells().get(0).epochs().get(0).developmentMetric()).isNaN();
        Files.writeString(file, "{\"title\": 1");
        assertThatThrownBy(() -> ResultFile.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("results.json is not a finished comparison");
    }

    @Test
    void smallerTrainingSetsAreStratified() {
        Dataset<Label> part = benchmark.training(12, 5);
        assertThat(part.size()).isEqualTo(12);
        assertThat(part.getData().stream().map(e -> e.getOutput().getLabel()).sorted())
                .containsExactly(
                        "class 0", "class 0", "class 0", "class 0", "class 1", "class 1", "class 1", "class 1",
                        "class 2", "class 2", "class 2", "class 2");
        assertThat(benchmark.training(60, 5).size()).isEqualTo(60);
    }

    @Test
    void rejectsInvalidComparisons() {
        Linear one = new Linear("a", 1, new ArrayList<>());
        assertThatThrownBy(() -> comparison(one, one))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The candidates of a comparison must be distinct, but 'a' occurs twice");
        assertThatThrownBy(this::comparison).hasMessage("The candidates of a comparison must not be empty");
        assertThatThrownBy(() -> new Comparison<>(
                        benchmark, List.of(one), SEEDS, List.of(61), folder, new ComparisonListener() {}))
                .hasMessage(
                        "A training size must be in [2, 60], from two to the number of training examples, but is 61");
        assertThat(new Key("a", 1, 2)).hasToString("a, seed 1, 2 examples");
    }

    /** The resources are cells and results of the first version. */
    @Test
    void readsFilesOfTheFirstVersion() throws IOException {
        Path fixtures = Path.of("src/test/resources/io/github/tribuopeft/evaluation/comparison/version-0");
        ComparisonResult result = ResultFile.read(fixtures.resolve("results.json"));
        assertThat(result.candidates()).containsExactly(new Candidate("short", "no backbone", "epochs=1"));
        assertThat(result.cells())
                .extracting(Cell::key)
                .containsExactly(
                        new Key("short", 1, 12),
                        new Key("short", 1, 60),
                        new Key("short", 2, 12),
                        new Key("short", 2, 60));

        Path written = folder.resolve("results.json");
        ResultFile.write(written, result);
        assertThat(written).hasSameTextualContentAs(fixtures.resolve("results.json"));

        CellStore store = new CellStore(folder, benchmark, new ComparisonListener() {});
        for (Cell cell : result.cells()) {
            Files.copy(
                    fixtures.resolve(cell.configuration() + ".json"), folder.resolve(cell.configuration() + ".json"));
            assertThat(store.find(cell.key(), cell.configuration())).hasValue(cell);
        }
    }

    /** Training again gives the predictions of the first version, so that samples of training data are unchanged. */
    @Test
    void samplesOfTrainingDataAreThoseOfTheFirstVersion() throws IOException {
        ComparisonResult old = ResultFile.read(
                Path.of("src/test/resources/io/github/tribuopeft/evaluation/comparison/version-0/results.json"));
        assertThat(table(comparison(new Linear("short", 1, new ArrayList<>())).run("points", Map.of())))
                .isEqualTo(table(old));
    }
}
