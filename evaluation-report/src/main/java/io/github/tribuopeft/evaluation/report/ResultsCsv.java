package io.github.tribuopeft.evaluation.report;

import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.ComparisonResult;
import java.io.IOException;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A comparison as a table for programs: one line for each cell, with empty fields for figures that could not be had. */
final class ResultsCsv {

    private static final CsvMapper MAPPER = new CsvMapper();

    private ResultsCsv() {}

    static String of(ComparisonResult result) {
        List<String> metrics = result.cells().stream()
                .flatMap(cell -> cell.metrics().keySet().stream())
                .distinct()
                .toList();
        List<Map<String, Object>> lines =
                result.cells().stream().map(cell -> line(cell, metrics)).toList();
        CsvSchema.Builder schema = CsvSchema.builder();
        lines.stream().flatMap(line -> line.keySet().stream()).distinct().forEach(schema::addColumn);
        StringWriter written = new StringWriter();
        try (SequenceWriter writer = MAPPER.writer(schema.build().withHeader()).writeValues(written)) {
            writer.writeAll(lines);
        } catch (IOException e) {
            throw new IllegalStateException("A table in memory cannot be written", e);
        }
        return written.toString();
    }

    private static Map<String, Object> line(Cell cell, List<String> metrics) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("contestant", cell.key().contestant());
        line.put("seed", cell.key().seed());
        line.put("trainingSize", cell.key().trainingSize());
        metrics.forEach(metric -> line.put(metric, known(cell.metrics().getOrDefault(metric, Double.NaN))));
        Cell.Costs costs = cell.costs();
        line.put("trainableValues", known(costs.trainableValues()));
        line.put("storedValues", known(costs.storedValues()));
        line.put("modelBytes", known(costs.modelBytes()));
        line.put("trainSeconds", known(costs.trainSeconds()));
        line.put("predictSeconds", known(costs.predictSeconds()));
        line.put("peakMemoryBytes", known(costs.peakMemoryBytes()));
        line.put("configuration", cell.configuration());
        return line;
    }

    private static Double known(double figure) {
        return Double.isNaN(figure) || figure < 0 ? null : (Double) figure;
    }

    private static Long known(long figure) {
        return figure < 0 ? null : (Long) figure;
    }
}
