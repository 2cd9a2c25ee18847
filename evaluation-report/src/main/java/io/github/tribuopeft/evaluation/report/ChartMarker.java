package io.github.tribuopeft.evaluation.report;

import io.github.tribuopeft.evaluation.comparison.Candidate;
import java.awt.Color;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Marker of a candidate in figures and tables. Markers differ in shape as well as in color, for readers who cannot
 * distinguish colors.
 *
 * @param colorIndex index of the color in the style sheet
 * @param outline outline of the marker
 */
record ChartMarker(int colorIndex, Outline outline) {

    private enum Outline {
        CIRCLE(SeriesMarkers.CIRCLE, "M1 6a5 5 0 1 0 10 0a5 5 0 1 0-10 0z"),
        SQUARE(SeriesMarkers.SQUARE, "M1.5 1.5h9v9h-9z"),
        DIAMOND(SeriesMarkers.DIAMOND, "M6 .2L11.8 6L6 11.8L.2 6z"),
        TRIANGLE_UP(SeriesMarkers.TRIANGLE_UP, "M.8 10.5h10.4L6 .8z"),
        TRIANGLE_DOWN(SeriesMarkers.TRIANGLE_DOWN, "M.8 1.5h10.4L6 11.2z");

        private final Marker shape;
        private final String path;

        Outline(Marker shape, String path) {
            this.shape = shape;
            this.path = path;
        }
    }

    private static final List<Outline> OUTLINES = List.of(Outline.values());

    /** Returns the marker of the candidate at an index. Markers repeat after 40 candidates. */
    static ChartMarker of(int index) {
        return new ChartMarker(index % ThemeColor.SERIES, OUTLINES.get(index % OUTLINES.size()));
    }

    /**
     * Returns the markers of some candidates. If settings are varied, the color is that of the method, and the outline
     * differs within the method.
     */
    static List<ChartMarker> of(List<Candidate> candidates) {
        Map<String, List<Candidate>> methods = new LinkedHashMap<>();
        candidates.forEach(candidate -> methods.computeIfAbsent(candidate.method(), name -> new ArrayList<>())
                .add(candidate));
        boolean byMethod = methods.size() < candidates.size()
                && methods.size() <= ThemeColor.SERIES
                && methods.values().stream().allMatch(own -> own.size() <= OUTLINES.size());
        List<String> names = List.copyOf(methods.keySet());
        return IntStream.range(0, candidates.size())
                .mapToObj(i -> {
                    Candidate candidate = candidates.get(i);
                    return byMethod
                            ? new ChartMarker(
                                    names.indexOf(candidate.method()),
                                    OUTLINES.get(methods.get(candidate.method()).indexOf(candidate)))
                            : of(i);
                })
                .toList();
    }

    /** Returns a marker of the same color with the outline at an index. */
    ChartMarker withOutline(int index) {
        return new ChartMarker(colorIndex, OUTLINES.get(index % OUTLINES.size()));
    }

    /** Returns the outline as an SVG path in a box of 12 by 12. */
    public String path() {
        return outline.path;
    }

    Marker shape() {
        return outline.shape;
    }

    Color color() {
        return ThemeColor.series(colorIndex);
    }

    /** Returns the translucent color of areas. */
    Color areaColor() {
        return ThemeColor.seriesArea(colorIndex);
    }
}
