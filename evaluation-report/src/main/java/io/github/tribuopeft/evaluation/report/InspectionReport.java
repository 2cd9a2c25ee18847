package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.report.Inspection.Part;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Report on the virtual tokens of a text classifier as an HTML page: the attention that they receive, the accuracy
 * without them, the nearest words of a prompt, and the contributions of tokens to single predictions. The page is a
 * single file without scripts and network access.
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
        page.put("use", inspection.use().map(Measured::new).orElse(null));
        page.put("words", inspection.rows().map(InspectionReport::words).orElse(null));
        page.put(
                "stability",
                inspection.rows().map(Inspection.RowWords::stability).orElse(""));
        page.put("texts", inspection.texts().stream().map(MarkedText::new).toList());
        return Templates.render("inspection.html.peb", page);
    }

    private static ShadedTable words(Inspection.RowWords words) {
        return new ShadedTable(
                "Nearest words of the rows of the prompt by cosine similarity",
                "row",
                List.of("cosine", "RMS / that of words", "nearest words"),
                Stream.concat(
                                words.rows().stream().map(row -> words(row, words.scale())),
                                words.control().stream().map(row -> words(row, words.scale())))
                        .toList());
    }

    private static ShadedTable.Row words(Inspection.Row row, double scale) {
        return new ShadedTable.Row(
                row.name(),
                List.of(
                        new ShadedTable.Cell(Format.decimals(row.cosine(), 2), ""),
                        new ShadedTable.Cell(Format.decimals(row.rms() / scale, 2), ""),
                        new ShadedTable.Cell(String.join(" · ", row.words()), "")));
    }

    /** Figures and tables of the measurements on labeled texts. */
    record Measured(Inspection.Use use) {

        /** Returns the number of texts. */
        public String texts() {
            return Format.plural(use.texts(), "text");
        }

        /** Returns the main results in words. */
        public List<String> summary() {
            double without = use.parts().get(0).accuracies().get(0);
            double mean = use.attention().means().stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElse(Double.NaN);
            return List.of(
                    "The accuracy is " + Format.percent(use.accuracy()) + "\u00a0% with the virtual tokens and "
                            + Format.percent(without) + "\u00a0% without them.",
                    "Virtual tokens receive " + Format.percent(mean) + "\u00a0% of the attention, averaged over layers,"
                            + " heads and texts.");
        }

        /** Returns the heat maps of all texts. */
        public List<HeatMap> heatMaps() {
            return List.of(
                    new HeatMap(
                            "heads",
                            "Attention on all virtual tokens by layer and head",
                            "The table below contains the same numbers.",
                            "layer",
                            "head",
                            use.attention().layers()),
                    new HeatMap(
                            "tokens",
                            "Attention on each virtual token by layer",
                            largestTokens(),
                            "layer",
                            "token",
                            use.attention().tokens()));
        }

        private String largestTokens() {
            List<List<Double>> layers = use.attention().tokens();
            return IntStream.range(0, layers.size())
                    .mapToObj(layer -> {
                        List<Double> shares = layers.get(layer);
                        int largest = IntStream.range(0, shares.size())
                                .boxed()
                                .max(Comparator.comparing(shares::get))
                                .orElseThrow();
                        return "layer " + layer + ": token " + largest + " receives most, "
                                + Format.percent(shares.get(largest)) + "\u00a0%";
                    })
                    .collect(Collectors.joining("; "));
        }

        /** Returns the table of the first heat map. */
        public ShadedTable heads() {
            List<List<Double>> layers = use.attention().layers();
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

        /** Returns the attention by label. */
        public ShadedTable classes() {
            return new ShadedTable(
                    "Attention on virtual tokens by the label of the text, in %, means over heads",
                    "label",
                    IntStream.range(0, use.attention().layers().size())
                            .mapToObj(layer -> "layer " + layer)
                            .toList(),
                    use.classes().stream()
                            .map(attention -> shares(attention.name(), attention.means()))
                            .toList());
        }

        private static ShadedTable.Row shares(String heading, List<Double> shares) {
            return new ShadedTable.Row(
                    heading, shares.stream().map(ShadedTable.Cell::share).toList());
        }

        /** Returns one figure for each change, on the same scale. */
        public List<DifferenceBars> bars() {
            return IntStream.range(0, use.changes().size())
                    .mapToObj(change -> new DifferenceBars(
                            "change-" + change,
                            use.changes().get(change),
                            use.parts().stream().map(Part::name).toList(),
                            use.parts().stream()
                                    .map(part -> part.accuracies().get(change) - use.accuracy())
                                    .toList(),
                            largest()))
                    .toList();
        }

        private double largest() {
            return use.parts().stream()
                    .flatMap(part -> part.accuracies().stream())
                    .mapToDouble(accuracy -> Math.abs(accuracy - use.accuracy()))
                    .max()
                    .orElse(0);
        }

        /** Returns the table of the bars. */
        public ShadedTable ablations() {
            double largest = largest();
            return new ShadedTable(
                    "Change of the accuracy in percentage points",
                    "changed",
                    use.changes(),
                    use.parts().stream().map(part -> differences(part, largest)).toList());
        }

        private ShadedTable.Row differences(Part part, double largest) {
            return new ShadedTable.Row(
                    part.name(),
                    part.accuracies().stream()
                            .map(accuracy -> ShadedTable.Cell.difference(accuracy - use.accuracy(), largest))
                            .toList());
        }
    }
}
