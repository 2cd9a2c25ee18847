package io.github.tribuopeft.evaluation.report;

import java.util.List;
import org.knowm.xchart.XYChart;

/** Figure of a report: its texts and its chart. */
interface Figure {

    /** Size of a figure. A page contains several sizes and shows the one that fits. */
    enum Size {
        /** Size for desktop screens and paper. */
        WIDE(760, 400, 12),
        /** Size for phones. */
        NARROW(360, 340, 11),
        /** Size of one of several figures side by side. */
        PANEL(205, 148, 11);

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
     * Text in a chart.
     *
     * @param text the text
     * @param x anchor of the text, in pixels from the left
     * @param y baseline of the text, in pixels from the top
     * @param kind style class: {@code point}, anchored at the start, or {@code tick}, anchored in the middle
     */
    record Label(String text, double x, double y, String kind) {}

    /** Returns the id, unique in the page. */
    String id();

    /** Returns the title. */
    String title();

    /** Returns the description for screen readers. */
    String description();

    /** Returns the chart before it is painted. */
    XYChart chart(Size size);

    /** Returns texts to add to a painted chart, whose coordinates are known. */
    default List<Label> labels(XYChart painted, Size size) {
        return List.of();
    }
}
