package io.github.tribuopeft.evaluation.report;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Places labels without overlaps. A label without a free place is omitted, since the legend also contains it. */
final class LabelPlacer {

    private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);
    private static final double GAP = 8;
    // fonts of browsers can be wider than the font of the measurement
    private static final double ALLOWANCE = 1.08;

    private final Rectangle2D area;
    private final Font font;
    private final int maxLength;
    private final List<Rectangle2D> occupied = new ArrayList<>();
    private final List<Figure.Label> placed = new ArrayList<>();

    LabelPlacer(Rectangle2D area, Font font, int maxLength) {
        this.area = area;
        this.font = font;
        this.maxLength = maxLength;
    }

    /** Marks an area as occupied. */
    void block(Rectangle2D obstacle) {
        occupied.add(obstacle);
    }

    /** Marks the area around a point as occupied. */
    void block(double x, double y, double radius) {
        block(new Rectangle2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
    }

    /** Labels a point, next to it or above or below it. */
    void labelPoint(String text, double x, double y) {
        String label = Format.shorten(text, maxLength);
        Rectangle2D box = box(label);
        double w = box.getWidth();
        double h = box.getHeight();
        place(
                label,
                Stream.of(
                                at(box, x + GAP, y - h / 2),
                                at(box, x - GAP - w, y - h / 2),
                                at(box, x - w / 2, y - GAP - h),
                                at(box, x - w / 2, y + GAP),
                                at(box, x + GAP / 2, y - GAP - h),
                                at(box, x - GAP / 2 - w, y - GAP - h),
                                at(box, x + GAP / 2, y + GAP),
                                at(box, x - GAP / 2 - w, y + GAP),
                                at(box, x - w / 2, y - 3 * GAP - h),
                                at(box, x - w / 2, y + 3 * GAP))
                        .toList());
    }

    /** Labels a horizontal line, above or below it. */
    void labelLine(String text, double left, double right, double y) {
        String label = Format.shorten(text, maxLength);
        Rectangle2D box = box(label);
        double space = right - left - box.getWidth();
        place(
                label,
                Stream.of(1.0, 0.0, 0.75, 0.5, 0.25)
                        .flatMap(share -> Stream.of(
                                at(box, left + share * space, y - 2 - box.getHeight()),
                                at(box, left + share * space, y + 2)))
                        .toList());
    }

    List<Figure.Label> placed() {
        return List.copyOf(placed);
    }

    private void place(String text, List<Rectangle2D> candidates) {
        candidates.stream()
                .filter(area::contains)
                .filter(box -> occupied.stream().noneMatch(box::intersects))
                .findFirst()
                .ifPresent(box -> {
                    occupied.add(box);
                    double baseline =
                            box.getMaxY() - font.getLineMetrics(text, CONTEXT).getDescent();
                    placed.add(new Figure.Label(text, box.getX(), baseline, "point"));
                });
    }

    private Rectangle2D box(String text) {
        Rectangle2D bounds = font.getStringBounds(text, CONTEXT);
        return new Rectangle2D.Double(0, 0, ALLOWANCE * bounds.getWidth(), bounds.getHeight());
    }

    private static Rectangle2D at(Rectangle2D box, double x, double y) {
        return new Rectangle2D.Double(x, y, box.getWidth(), box.getHeight());
    }
}
