package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.report.Inspection.Part;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Report on the virtual tokens of a text classifier as an HTML page: the attention that they receive, and the accuracy
 * without them. The page is a single file without scripts and network access.
 */
public final class InspectionReport {

    /** File name of the page. */
    public static final String HTML = "inspection.html";

    private final Inspection inspection;

    private InspectionReport(Inspection inspection) {
        this.inspection = inspection;
    }

    /** Creates the report of an inspection. */
    public static InspectionReport of(Inspection inspection) {
        return new InspectionReport(inspection);
    }

    /** Returns the HTML page. */
    public String html() {
        Map<String, Object> page = new HashMap<>();
        page.put("title", inspection.title());
        page.put("header", inspection.header());
        page.put("texts", Format.plural(inspection.texts(), "text"));
        page.put("summary", summary());
        page.put("heads", heads());
        page.put("classes", classes());
        page.put("ablations", ablations());
        return Templates.render("inspection.html.peb", page);
    }

    private List<String> summary() {
        double without = inspection.parts().get(0).accuracies().get(0);
        double mean = inspection.attention().means().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(Double.NaN);
        return List.of(
                "The accuracy is " + Format.percent(inspection.accuracy()) + "\u00a0% with the virtual tokens and "
                        + Format.percent(without) + "\u00a0% without them.",
                "Virtual tokens receive " + Format.percent(mean) + "\u00a0% of the attention, averaged over layers,"
                        + " heads and texts.");
    }

    private ShadedTable heads() {
        List<List<Double>> layers = inspection.attention().layers();
        return new ShadedTable(
                "Attention on virtual tokens by head, in %; the tokens of the text receive the rest",
                "layer",
                IntStream.range(0, layers.get(0).size())
                        .mapToObj(head -> "head " + head)
                        .toList(),
                IntStream.range(0, layers.size())
                        .mapToObj(layer -> shares("layer " + layer, layers.get(layer)))
                        .toList());
    }

    private ShadedTable classes() {
        return new ShadedTable(
                "Attention on virtual tokens by the label of the text, in %, means over heads",
                "label",
                IntStream.range(0, inspection.attention().layers().size())
                        .mapToObj(layer -> "layer " + layer)
                        .toList(),
                inspection.classes().stream()
                        .map(attention -> shares(attention.name(), attention.means()))
                        .toList());
    }

    private static ShadedTable.Row shares(String heading, List<Double> shares) {
        return new ShadedTable.Row(
                heading, shares.stream().map(ShadedTable.Cell::share).toList());
    }

    private ShadedTable ablations() {
        double largest = inspection.parts().stream()
                .flatMap(part -> part.accuracies().stream())
                .mapToDouble(accuracy -> Math.abs(accuracy - inspection.accuracy()))
                .max()
                .orElse(0);
        return new ShadedTable(
                "Change of the accuracy in percentage points",
                "changed",
                inspection.changes(),
                inspection.parts().stream()
                        .map(part -> differences(part, largest))
                        .toList());
    }

    private ShadedTable.Row differences(Part part, double largest) {
        return new ShadedTable.Row(
                part.name(),
                part.accuracies().stream()
                        .map(accuracy -> ShadedTable.Cell.difference(accuracy - inspection.accuracy(), largest))
                        .toList());
    }
}
