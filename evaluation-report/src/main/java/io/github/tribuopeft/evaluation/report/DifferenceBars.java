package io.github.tribuopeft.evaluation.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Bars to the left and to the right of zero as SVG, one for each part.
 *
 * @param id prefix of the ids in the page
 * @param title title of the figure
 * @param names names of the parts
 * @param differences differences of the accuracy, as many
 * @param largest absolute difference that takes half of the width
 */
record DifferenceBars(String id, String title, List<String> names, List<Double> differences, double largest) {

    private static final int NAMES = 96;
    private static final int WIDTH = 240;
    private static final int HEIGHT = 15;
    private static final int VALUE = 38; // pixels of a number beside its bar

    /** Bar with its name and its number. */
    public record Bar(
            long x, long y, long width, String style, String name, long valueX, String anchor, String value) {}

    /** Returns the width of the figure. */
    public int width() {
        return WIDTH;
    }

    /** Returns the height of the figure. */
    public int height() {
        return HEIGHT * names.size();
    }

    /** Returns the horizontal position of zero. */
    public int zero() {
        return NAMES + (WIDTH - NAMES) / 2;
    }

    /** Returns the right end of names. */
    public int nameX() {
        return NAMES - 4;
    }

    /** Returns the bars from top to bottom. */
    public List<Bar> bars() {
        double unit = largest == 0 ? 0 : (WIDTH - zero() - VALUE) / largest;
        List<Bar> bars = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            double difference = differences.get(i);
            long length = Math.round(Math.abs(difference) * unit);
            boolean less = difference < 0;
            bars.add(new Bar(
                    less ? zero() - length : zero(),
                    (long) i * HEIGHT,
                    length,
                    less ? "wrong" : "correct",
                    names.get(i).replace("all virtual tokens", "all tokens"),
                    less ? zero() - length - 3 : zero() + length + 3,
                    less ? "end" : "start",
                    Format.signed(difference)));
        }
        return bars;
    }

    /** Returns the text alternative. */
    public String description() {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            values.add(names.get(i) + " " + Format.signed(differences.get(i)));
        }
        return String.join(", ", values);
    }
}
