package io.github.tribuopeft.evaluation.report;

/**
 * Figure of gold and predicted values with the texts of its axes.
 *
 * @param figure the figure
 * @param x label of the x axis
 * @param y label of the y axis
 * @param note note below the figure
 */
record ScatterFigure(RenderedFigure figure, String x, String y, String note) {

    static ScatterFigure of(Scatter scatter) {
        return new ScatterFigure(
                RenderedFigure.of(scatter),
                scatter.axis("gold"),
                scatter.axis("predicted"),
                ("On the line, both are equal. " + scatter.description() + " " + scatter.note()).strip());
    }
}
