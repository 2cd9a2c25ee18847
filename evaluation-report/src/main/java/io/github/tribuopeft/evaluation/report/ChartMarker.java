package io.github.tribuopeft.evaluation.report;

import java.awt.Color;
import java.util.List;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * How a contestant looks in figures and tables: a shape and a color, so that nobody has to tell colors apart.
 *
 * @param color number of its color in the style sheet
 * @param shape its shape
 */
record ChartMarker(int color, Shape shape) {

    private enum Shape {
        CIRCLE(SeriesMarkers.CIRCLE, "M1 6a5 5 0 1 0 10 0a5 5 0 1 0-10 0z"),
        SQUARE(SeriesMarkers.SQUARE, "M1.5 1.5h9v9h-9z"),
        DIAMOND(SeriesMarkers.DIAMOND, "M6 .2L11.8 6L6 11.8L.2 6z"),
        TRIANGLE_UP(SeriesMarkers.TRIANGLE_UP, "M.8 10.5h10.4L6 .8z"),
        TRIANGLE_DOWN(SeriesMarkers.TRIANGLE_DOWN, "M.8 1.5h10.4L6 11.2z");

        private final Marker marker;
        private final String path;

        Shape(Marker marker, String path) {
            this.marker = marker;
            this.path = path;
        }
    }

    private static final List<Shape> SHAPES = List.of(Shape.values());

    /** The look of the contestant at an index; looks come again after forty. */
    static ChartMarker of(int index) {
        return new ChartMarker(index % ThemeColor.SERIES, SHAPES.get(index % SHAPES.size()));
    }

    /** The outline in a box of 12 by 12. */
    public String path() {
        return shape.path;
    }

    Marker marker() {
        return shape.marker;
    }

    Color ink() {
        return ThemeColor.series(color);
    }

    Color pale() {
        return ThemeColor.pale(color);
    }
}
