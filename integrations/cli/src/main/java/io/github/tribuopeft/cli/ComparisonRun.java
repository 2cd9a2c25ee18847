package io.github.tribuopeft.cli;

import io.github.tribuopeft.evaluation.comparison.Comparison;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import io.github.tribuopeft.evaluation.comparison.ResultFile;
import io.github.tribuopeft.evaluation.report.Report;
import io.github.tribuopeft.evaluation.report.Significance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.tribuo.Trainer;

/**
 * A comparison with its report.
 *
 * @param title what is compared on what
 * @param seeds how many seeds, the first being Tribuo's default
 * @param sizes numbers of training examples, such as {@code 100}; {@code all} for all that there are
 * @param folder where the report is written, and finished cells are kept
 * @param environment what else is needed to repeat it, by name
 * @param notes what else readers of the report must know
 */
record ComparisonRun(
        String title, int seeds, List<String> sizes, Path folder, Map<String, String> environment, List<String> notes) {

    /** All training examples. */
    static final String ALL = "all";

    private static final String RESULTS = "results.json";
    private static final String CELLS = "cells";
    private static final List<String> FILES = List.of(Report.HTML, Report.MARKDOWN, RESULTS, Report.CSV);

    /**
     * Adds the files of the report to those that a command writes.
     *
     * @throws UsageException if the folder contains a file of that name that is not part of a comparison
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

    /** Tells that the report of another comparison is replaced. */
    private void tellOfAnother() {
        Path results = folder.resolve(RESULTS);
        if (!Files.exists(results)) {
            return;
        }
        try {
            String other = ResultFile.read(results).title();
            if (!other.equals(title)) {
                System.err.println("peft: note: the report of another comparison in " + folder + ", '" + other
                        + "', is replaced; its trainings stay in " + folder.resolve(CELLS));
            }
        } catch (IOException e) {
            System.err.println("peft: note: " + e.getMessage() + "; it is replaced");
        }
    }

    /** Trains what is not finished yet and writes the report. */
    <D, M> ComparisonResult run(TaskRunner.Field<D, M> field, CompareProgress progress) throws IOException {
        tellOfAnother();
        ComparisonResult result = new Comparison<>(
                        field.benchmark(),
                        field.competitors(),
                        LongStream.range(0, seeds)
                                .map(i -> Trainer.DEFAULT_SEED + i)
                                .boxed()
                                .toList(),
                        sizes.stream()
                                .map(size -> size(size, field.benchmark().trainingSize()))
                                .toList(),
                        folder.resolve(CELLS),
                        progress)
                .run(title, environment);
        ResultFile.write(folder.resolve(RESULTS), result);
        report(result, notes).write(folder);
        return result;
    }

    /** The report of a result. */
    static Report report(ComparisonResult result, List<String> notes) {
        return Report.of(result, Significance.of(result), notes);
    }

    /** The page to open. */
    Path page() {
        return folder.resolve(Report.HTML);
    }

    private static int size(String given, int all) {
        if (given.equals(ALL)) {
            return all;
        }
        try {
            return Integer.parseInt(given);
        } catch (NumberFormatException e) {
            throw new UsageException(
                    "--train-sizes: expected numbers and 'all' as in 100,500,all, but found '" + given + "'", e);
        }
    }
}
