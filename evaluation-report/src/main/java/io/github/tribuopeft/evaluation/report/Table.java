package io.github.tribuopeft.evaluation.report;

import java.util.List;

/**
 * Table of a report, independent of its format.
 *
 * @param corner heading of the column of row headings
 * @param columns column headings
 * @param rows rows with one entry for each column
 */
record Table(String corner, List<Heading> columns, List<Row> rows) {

    private static final int NARROW_SCREEN = 358; // 390 pixels minus the margins of the page
    private static final int CHARACTER = 7;
    private static final int PADDING = 14;
    private static final int MIN_COLUMN = 64;
    private static final int MIN_HEADING = 112;
    private static final int MAX_HEADING = 184;

    /** Returns whether the table is probably wider than the screen of a phone. */
    public boolean wide() {
        int width = headingWidth(rows.stream()
                .mapToInt(row -> row.heading().name().length())
                .max()
                .orElse(0));
        for (int i = 0; i < columns.size(); i++) {
            int column = i;
            int longest = rows.stream()
                    .mapToInt(row -> row.entries().get(column).text().length())
                    .max()
                    .orElse(0);
            width += PADDING + Math.max(MIN_COLUMN, CHARACTER * longest);
        }
        return width > NARROW_SCREEN;
    }

    /** Returns whether a matrix with row headings of some length and square cells is wider than a phone's screen. */
    static boolean wideMatrix(int headingLength, int columns, int cell) {
        return headingWidth(headingLength) + columns * cell > NARROW_SCREEN;
    }

    private static int headingWidth(int length) {
        return Math.max(MIN_HEADING, Math.min(MAX_HEADING, CHARACTER * length));
    }

    /**
     * Heading of a row or column.
     *
     * @param name name
     * @param marker marker of the candidate; null if the heading is not a candidate
     * @param note note in small type; may be empty
     */
    record Heading(String name, ChartMarker marker, String note) {

        static Heading of(String name) {
            return new Heading(name, null, "");
        }

        static Heading of(CandidateResult result) {
            return new Heading(result.name(), result.marker(), "");
        }
    }

    /** Row of the table. */
    record Row(Heading heading, List<Entry> entries) {}

    /**
     * Entry of the table.
     *
     * @param text formatted value
     * @param best whether it is the best value of its kind
     */
    record Entry(String text, boolean best) {

        static Entry of(String text) {
            return new Entry(text, false);
        }
    }
}
