package io.github.tribuopeft.evaluation.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Heat map of shares as SVG. On narrow screens, rows and columns are exchanged, since models have fewer layers than
 * heads or virtual tokens.
 *
 * @param id prefix of the ids in the page
 * @param title title, which also says what rows and columns are
 * @param description text alternative
 * @param rowName noun of a row
 * @param columnName noun of a column
 * @param shares share in [0, 1] of each column of each row
 */
record HeatMap(
        String id, String title, String description, String rowName, String columnName, List<List<Double>> shares) {

    private static final int LEFT = 58;
    private static final int TOP = 18;
    private static final int HEIGHT = 22;
    private static final int WIDTH = 640;
    private static final int NARROW_WIDTH = 356;

    /**
     * Rectangle.
     *
     * @param opacity relative to the largest share
     * @param tip the name of the cell and its share
     */
    public record Rectangle(long x, long y, long width, long height, String opacity, String tip) {}

    /** Text in the figure. */
    public record Text(long x, long y, String anchor, String text) {}

    /** Shapes of one layout. */
    public record Layout(String id, int width, long height, List<Rectangle> cells, List<Text> texts) {}

    /** Returns the layout for wide screens and paper. */
    public Layout wide() {
        return layout(id + "-wide", WIDTH, rowName, columnName, shares);
    }

    /** Returns the layout for narrow screens. */
    public Layout narrow() {
        List<List<Double>> transposed = new ArrayList<>();
        for (int column = 0; column < shares.get(0).size(); column++) {
            int of = column;
            transposed.add(shares.stream().map(row -> row.get(of)).toList());
        }
        return layout(id + "-narrow", NARROW_WIDTH, columnName, rowName, transposed);
    }

    private Layout layout(String prefix, int width, String row, String column, List<List<Double>> values) {
        double largest = values.stream()
                .flatMap(List::stream)
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
        int columns = values.get(0).size();
        double cell = (width - LEFT) / (double) columns;
        List<Rectangle> cells = new ArrayList<>();
        List<Text> texts = new ArrayList<>();
        for (int j = 0; j < columns; j++) {
            texts.add(new Text(Math.round(LEFT + (j + 0.5) * cell), TOP - 6, "middle", String.valueOf(j)));
        }
        for (int i = 0; i < values.size(); i++) {
            long y = TOP + (long) i * HEIGHT;
            texts.add(new Text(LEFT - 8, y + 15, "end", row + " " + i));
            for (int j = 0; j < columns; j++) {
                double share = values.get(i).get(j);
                long x = Math.round(LEFT + j * cell);
                cells.add(new Rectangle(
                        x,
                        y,
                        Math.round(LEFT + (j + 1) * cell) - x - 1,
                        HEIGHT - 1,
                        Format.value(largest == 0 ? 0 : share / largest),
                        row + " " + i + ", " + column + " " + j + ": " + Format.percent(share) + "\u00a0%"));
            }
        }
        texts.add(new Text(LEFT - 8, TOP - 6, "end", column));
        return new Layout(prefix, width, TOP + (long) values.size() * HEIGHT, cells, texts);
    }
}
