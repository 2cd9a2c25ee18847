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
                Format.signed(row.difference()),
                Double.isNaN(row.low())
                        ? Format.NOTHING
                        : Format.signed(row.low()) + " to " + Format.signed(row.high()),
                Format.probability(row.p()),
                Format.probability(row.holm()),
                row.significant(),
                row.test(),
                Format.count(row.n()),
                row.caution());
    }
}
