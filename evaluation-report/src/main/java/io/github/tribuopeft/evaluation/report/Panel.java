package io.github.tribuopeft.evaluation.report;

/**
 * One of several small figures side by side.
 *
 * @param heading whose it is
 * @param svg the figure
 */
record Panel(Table.Heading heading, String svg) {

    static Panel of(LearningCurve curve) {
        return new Panel(Table.Heading.of(curve.standing()), Svg.of(curve, Figure.Size.PANEL));
    }
}
