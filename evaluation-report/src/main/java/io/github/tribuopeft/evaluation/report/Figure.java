package io.github.tribuopeft.evaluation.report;

import java.util.List;
import org.knowm.xchart.XYChart;

/** A figure: what it shows in words, and how it is drawn. */
interface Figure {

    /** How large a figure is drawn. A page shows the one that fits. */
    enum Size {
        /** For screens and paper. */
        WIDE(760, 400, 12),
        /** For telephones. */
        NARROW(360, 340, 11),
        /** For several side by side. */
        PANEL(220, 150, 10);

        final int width;
        final int height;
        final int fontSize;

        Size(int width, int height, int fontSize) {
            this.width = width;
            this.height = height;
            this.fontSize = fontSize;
        }
    }

    /**
     * A text in a chart.
     *
     * @param text the text
     * @param x where its baseline is anchored, in pixels from the left
     * @param y its baseline, in pixels from the top
     * @param kind how it looks and is anchored: {@code point} at its begin, {@code tick} in its middle
     */
    record Label(String text, double x, double y, String kind) {}

    /** Name for links, unique on the page. */
    String id();

    /** A few words. */
    String title();

    /** What there is to see, for those who cannot. */
    String description();

    /** The chart, not yet painted. */
    XYChart chart(Size size);

    /** Texts in the chart, once it is painted and knows where its points are. */
    default List<Label> labels(XYChart painted, Size size) {
        return List.of();
    }
}
