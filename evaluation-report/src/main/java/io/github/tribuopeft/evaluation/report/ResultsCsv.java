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

/** CSV table of a comparison: one line for each cell, with empty fields for unknown values. */
final class ResultsCsv {

    private static final CsvMapper MAPPER = new CsvMapper();

    private ResultsCsv() {}

    static String of(ComparisonResult comparison) {
        List<String> metrics = comparison.cells().stream()
                .flatMap(cell -> cell.metrics().keySet().stream())
                .distinct()
                .toList();
        List<Map<String, Object>> lines =
                comparison.cells().stream().map(cell -> line(cell, metrics)).toList();
        CsvSchema.Builder schema = CsvSchema.builder();
        lines.stream().flatMap(line -> line.keySet().stream()).distinct().forEach(schema::addColumn);
        StringWriter written = new StringWriter();
        try (SequenceWriter writer = MAPPER.writer(schema.build().withHeader()).writeValues(written)) {
            writer.writeAll(lines);
        } catch (IOException e) {
            throw new IllegalStateException("Cannot write a CSV table to memory", e);
        }
        return written.toString();
    }

    private static Map<String, Object> line(Cell cell, List<String> metrics) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("candidate", cell.key().candidate());
        line.put("seed", cell.key().seed());
        line.put("trainingSize", cell.key().trainingSize());
        metrics.forEach(metric -> line.put(metric, known(cell.metrics().getOrDefault(metric, Double.NaN))));
        Cell.Costs costs = cell.costs();
        line.put("trainableParameters", known(costs.trainableValues()));
        line.put("storedParameters", known(costs.storedValues()));
        line.put("modelBytes", known(costs.modelBytes()));
        line.put("trainSeconds", known(costs.trainSeconds()));
        line.put("predictSeconds", known(costs.predictSeconds()));
        line.put("peakMemoryBytes", known(costs.peakMemoryBytes()));
        line.put("configuration", cell.configuration());
        return line;
    }

    private static Double known(double value) {
        return Double.isNaN(value) || value < 0 ? null : (Double) value;
    }

    private static Long known(long value) {
        return value < 0 ? null : (Long) value;
    }
}
