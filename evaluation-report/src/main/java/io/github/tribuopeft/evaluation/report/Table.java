package io.github.tribuopeft.evaluation.report;

import java.util.List;

/**
 * A table of a report, whatever it is written in.
 *
 * @param corner what the rows are
 * @param columns what the columns are
 * @param rows the rows, each with as many entries as there are columns
 */
record Table(String corner, List<Heading> columns, List<Row> rows) {

    /**
     * The name of a row or column.
     *
     * @param name the name
     * @param mark its look in figures; null if it is no contestant
     * @param note what stands below in small type; may be empty
     */
    record Heading(String name, ChartMarker mark, String note) {

        static Heading of(String name) {
            return new Heading(name, null, "");
        }

        static Heading of(CandidateResult standing) {
            return new Heading(standing.name(), standing.mark(), "");
        }
    }

    /** A row. */
    record Row(Heading heading, List<Entry> entries) {}

    /**
     * A figure.
     *
     * @param text the figure as people write it
     * @param best whether it is the best of its kind in the table
     */
    record Entry(String text, boolean best) {

        static Entry of(String text) {
            return new Entry(text, false);
        }
    }
}
