package io.github.tribuopeft.evaluation.report;

/** Formatted row of the significance table. */
record SignificanceTableRow(
        String better,
        String worse,
        String verdict,
        boolean significant,
        String difference,
        String interval,
        String p) {

    static SignificanceTableRow of(SignificanceRow row, ScoreFormat format) {
        return new SignificanceTableRow(
                row.better(),
                row.worse(),
                row.verdict(),
                row.significant(),
                format.signed(row.difference()),
                format.signedInterval(row.low(), row.high()),
                Format.probability(row.holm()));
    }
}
