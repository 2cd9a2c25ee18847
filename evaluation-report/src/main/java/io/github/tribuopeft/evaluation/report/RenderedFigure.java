package io.github.tribuopeft.evaluation.report;

/**
 * Figure as SVG.
 *
 * @param title title
 * @param wide SVG for desktop screens and paper
 * @param narrow SVG for phones
 */
record RenderedFigure(String title, String wide, String narrow) {

    static RenderedFigure of(Figure figure) {
        return new RenderedFigure(figure.title(), Svg.of(figure, Figure.Size.WIDE), Svg.of(figure, Figure.Size.NARROW));
    }
}
