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

    static SignificanceTableRow of(SignificanceRow row) {
        return new SignificanceTableRow(
                row.a(),
                row.b(),
                Format.signed(row.difference()),
                Double.isNaN(row.low())
                        ? Format.UNKNOWN
                        : Format.signed(row.low()) + " to " + Format.signed(row.high()),
                Format.probability(row.p()),
                Format.probability(row.holm()),
                row.significant(),
                row.test(),
                Format.count(row.n()),
                row.caution());
    }
}
