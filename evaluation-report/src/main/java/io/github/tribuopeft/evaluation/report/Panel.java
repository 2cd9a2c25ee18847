package io.github.tribuopeft.evaluation.report;

/**
 * Small figure, one of several side by side.
 *
 * @param heading name and marker of the candidate
 * @param svg figure as SVG
 */
record Panel(Table.Heading heading, String svg) {

    static Panel of(LearningCurve curve) {
        return new Panel(Table.Heading.of(curve.result()), Svg.of(curve, Figure.Size.PANEL));
    }

    static Panel of(Scatter scatter) {
        return new Panel(
                new Table.Heading(scatter.result().name(), scatter.result().marker(), scatter.dimension()),
                Svg.of(scatter, Figure.Size.PANEL));
    }
}
