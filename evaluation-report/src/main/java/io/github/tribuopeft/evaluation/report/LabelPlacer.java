package io.github.tribuopeft.evaluation.report;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds places for labels where they cover nothing. A label without such a place is left out; legends tell it anyway. */
final class LabelPlacer {

    private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);
    private static final double GAP = 8;
    // the reader's sans serif may run wider than ours
    private static final double ALLOWANCE = 1.08;

    private final Rectangle2D area;
    private final Font font;
    private final int longest;
    private final List<Rectangle2D> taken = new ArrayList<>();
    private final List<Figure.Label> placed = new ArrayList<>();

    LabelPlacer(Rectangle2D area, Font font, int longest) {
        this.area = area;
        this.font = font;
        this.longest = longest;
    }

    /** Keeps labels away from an area. */
    void block(Rectangle2D obstacle) {
        taken.add(obstacle);
    }

    /** Keeps labels away from a point. */
    void block(double x, double y, double radius) {
        block(new Rectangle2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
    }

    /** Labels a point, on whichever side there is room. */
    void beside(String text, double x, double y) {
        String label = Format.cut(text, longest);
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

    /** Labels a horizontal line, at one of its ends or in between, above it or below. */
    void above(String text, double left, double right, double y) {
        String label = Format.cut(text, longest);
        Rectangle2D box = box(label);
        double room = right - left - box.getWidth();
        place(
                label,
                Stream.of(1.0, 0.0, 0.75, 0.5, 0.25)
                        .flatMap(share -> Stream.of(
                                at(box, left + share * room, y - 2 - box.getHeight()),
                                at(box, left + share * room, y + 2)))
                        .toList());
    }

    List<Figure.Label> placed() {
        return List.copyOf(placed);
    }

    private void place(String text, List<Rectangle2D> candidates) {
        candidates.stream()
                .filter(area::contains)
                .filter(box -> taken.stream().noneMatch(box::intersects))
                .findFirst()
                .ifPresent(box -> {
                    taken.add(box);
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
