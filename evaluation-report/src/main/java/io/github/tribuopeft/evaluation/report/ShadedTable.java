package io.github.tribuopeft.evaluation.report;

import java.util.List;

/**
 * Table of numbers whose cells are shaded by their size.
 *
 * @param caption the caption
 * @param corner heading of the column of row headings
 * @param columns column headings
 * @param rows rows with one cell for each column
 */
record ShadedTable(String caption, String corner, List<String> columns, List<Row> rows) {

    private static final int CELL = 56; // pixels
    private static final int SHADES = 5;

    /** Returns whether the table is probably wider than the screen of a phone. */
    public boolean wide() {
        int longest =
                rows.stream().mapToInt(row -> row.heading().length()).max().orElse(0);
        return Table.wideMatrix(longest, columns.size(), CELL);
    }

    /** Row of the table. */
    record Row(String heading, List<Cell> cells) {}

    /**
     * Cell of the table.
     *
     * @param text formatted number
     * @param shade class of the background; may be empty
     */
    record Cell(String text, String shade) {

        /** Returns a share in percent; 100 % has the darkest shade. */
        static Cell share(double share) {
            return new Cell(Format.percent(share), shade("correct", share));
        }

        /** Returns a difference of accuracies in percentage points; {@code largest} has the darkest shade. */
        static Cell difference(double difference, double largest) {
            String color = difference < 0 ? "wrong" : "correct";
            return new Cell(
                    Format.signed(difference), largest == 0 ? "" : shade(color, Math.abs(difference) / largest));
        }

        /** Returns a cell of the same shade with another text. */
        Cell withText(String other) {
            return new Cell(other, shade);
        }

        private static String shade(String color, double share) {
            long shade = Math.round(SHADES * share);
            return shade == 0 ? "" : color + shade;
        }
    }
}
