package io.github.tribuopeft.evaluation.report;

/** Formatted row of the significance table. */
record SignificanceTableRow(
        String a,
        String b,
        String difference,
        String interval,
        String p,
        String holm,
        boolean significant,
        String test,
        String n,
        String caution) {

    static SignificanceTableRow of(SignificanceRow row, ScoreFormat format) {
        return new SignificanceTableRow(
                row.a(),
                row.b(),
                format.signed(row.difference()),
                Double.isNaN(row.low())
                        ? Format.UNKNOWN
                        : format.signed(row.low()) + " to " + format.signed(row.high()),
                Format.probability(row.p()),
                Format.probability(row.holm()),
                row.significant(),
                row.test(),
                Format.count(row.n()),
                row.caution());
    }
}
