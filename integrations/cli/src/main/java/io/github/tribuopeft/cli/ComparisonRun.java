package io.github.tribuopeft.cli;

import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.Comparison;
import io.github.tribuopeft.evaluation.comparison.ComparisonListener;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import io.github.tribuopeft.evaluation.comparison.ResultFile;
import io.github.tribuopeft.evaluation.report.Report;
import io.github.tribuopeft.evaluation.report.Significance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.tribuo.Trainer;

/**
 * Run of a comparison, with its report.
 *
 * @param title the title of the report
 * @param seeds the number of seeds; the first seed is Tribuo's default
 * @param sizes numbers of training examples, such as {@code 100}, or {@value #ALL}
 * @param folder the output directory, which also contains the finished cells
 * @param environment facts that are needed to repeat the comparison, by name
 * @param notes notes to print in the report
 */
record ComparisonRun(
        String title, int seeds, List<String> sizes, Path folder, Map<String, String> environment, List<String> notes) {

    /** Size that stands for all training examples. */
    static final String ALL = "all";

    private static final int MAX_SEEDS = 1000;
    private static final String RESULTS = Report.JSON;
    private static final String CELLS = "cells";
    private static final List<String> FILES = List.of(Report.HTML, Report.MARKDOWN, RESULTS, Report.CSV);

    /** Checks the value of {@code --seeds}. */
    static void requireSeeds(int seeds) {
        if (seeds < 1) {
            throw new UsageException("--seeds: expected at least 1, but found " + seeds);
        }
        if (seeds > MAX_SEEDS) {
            throw new UsageException("--seeds: expected at most " + MAX_SEEDS + ", but found " + seeds);
        }
    }

    /**
     * Adds the files of the report to the files that a command writes.
     *
     * @throws UsageException if the folder contains a file of such a name that does not belong to a comparison
     */
    void addTo(Destinations destinations) {
        destinations.writesInto("--report", folder, FILES);
        if (Files.isDirectory(folder.resolve(CELLS))) {
            return;
        }
        for (String name : FILES) {
            if (Files.exists(folder.resolve(name))) {
                throw new UsageException("--report: " + folder + " is not the directory of a comparison, but contains "
                        + name + ", which would be replaced; expected an empty directory or that of a comparison");
            }
        }
    }

    /** Returns a copy with other numbers of training examples. */
    ComparisonRun withSizes(List<String> others) {
        return new ComparisonRun(title, seeds, others, folder, environment, notes);
    }

    /** Prints a note if the report replaces that of another comparison. */
    private void reportReplacement() {
        Path results = folder.resolve(RESULTS);
        if (!Files.exists(results)) {
            return;
        }
        try {
            String other = ResultFile.read(results).title();
            if (!other.equals(title)) {
                System.err.println("peft: note: the report of another comparison in " + folder + ", '" + other
                        + "', is replaced; its training runs stay in " + folder.resolve(CELLS));
            }
        } catch (IOException e) {
            System.err.println("peft: note: " + e.getMessage() + "; it is replaced");
        }
    }

    /**
     * Trains the models that are missing and writes the report.
     *
     * @param process trains each model in a process of its own; null to train in this process
     */
    <D, B> ComparisonResult run(ComparisonSetup<D, B> setup, CompareProgress progress, Comparison.CellProcess process)
            throws IOException {
        reportReplacement();
        Comparison<D, B> comparison = comparison(setup, progress);
        Map<String, String> facts = new LinkedHashMap<>(environment);
        facts.put("date", LocalDate.now(ZoneOffset.UTC).toString());
        ComparisonResult result =
                process == null ? comparison.run(title, facts) : comparison.run(title, facts, process);
        ResultFile.write(folder.resolve(RESULTS), result);
        report(result, notes).write(folder);
        return result;
    }

    /** Trains one model for the {@link TrainingProcess} that started this process. */
    <D, B> void train(ComparisonSetup<D, B> setup, Cell.Key key) throws IOException {
        comparison(setup, new ComparisonListener() {}).trainInThisProcess(key);
    }

    private <D, B> Comparison<D, B> comparison(ComparisonSetup<D, B> setup, ComparisonListener listener)
            throws IOException {
        return new Comparison<>(
                setup.benchmark(),
                setup.candidates(),
                LongStream.range(0, seeds)
                        .map(i -> Trainer.DEFAULT_SEED + i)
                        .boxed()
                        .toList(),
                sizes.stream()
                        .map(size -> parseSize(size, setup.benchmark().trainingSize()))
                        .toList(),
                folder.resolve(CELLS),
                listener);
    }

    /** Returns the report on a result. */
    static Report report(ComparisonResult result, List<String> notes) {
        return Report.of(result, Significance.of(result), notes);
    }

    /** Returns the HTML file of the report. */
    Path page() {
        return folder.resolve(Report.HTML);
    }

    private static int parseSize(String size, int all) {
        if (size.equals(ALL)) {
            return all;
        }
        try {
            return Integer.parseInt(size);
        } catch (NumberFormatException e) {
            throw new UsageException(
                    "--train-sizes: expected numbers and 'all' as in 100,500,all, but found '" + size + "'", e);
        }
    }
}
