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
