package io.github.tribuopeft.evaluation.report;

/**
 * A figure that is drawn.
 *
 * @param title what it is
 * @param wide for screens and paper
 * @param narrow for telephones
 */
record RenderedFigure(String title, String wide, String narrow) {

    static RenderedFigure of(Figure figure) {
        return new RenderedFigure(figure.title(), Svg.of(figure, Figure.Size.WIDE), Svg.of(figure, Figure.Size.NARROW));
    }
}
