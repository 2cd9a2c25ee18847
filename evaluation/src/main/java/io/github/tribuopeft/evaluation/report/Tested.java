package io.github.tribuopeft.evaluation.report;

/** A row of the table of significance, as people write it. */
record Tested(
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

    static Tested of(SignificanceRow row) {
        return new Tested(
                row.a(),
                row.b(),
                Show.signed(row.difference()),
                Double.isNaN(row.low()) ? Show.NOTHING : Show.signed(row.low()) + " to " + Show.signed(row.high()),
                Show.probability(row.p()),
                Show.probability(row.holm()),
                row.significant(),
                row.test(),
                Show.count(row.n()),
                row.caution());
    }
}
