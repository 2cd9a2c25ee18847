package io.github.tribuopeft.evaluation.report;

import java.awt.Color;

/**
 * Colors that stand for variables of the style sheet: charts are drawn with them, and in the SVG the variables take their place, so
 * that figures follow the page's theme.
 */
final class ThemeColor {

    /** How many colors there are for contestants. */
    static final int SERIES = 8;

    static final Color NONE = new Color(0, 0, 0, 0);
    static final Color TEXT = new Color(1, 0, 0);
    static final Color GRID = new Color(2, 0, 0);
    static final Color AXIS = new Color(3, 0, 0);

    private static final int FIRST_SERIES = 100;
    private static final int PALE = 26; // of 255

    private ThemeColor() {}

    static Color series(int number) {
        return new Color(FIRST_SERIES + number, 0, 0);
    }

    /** A series' color for areas that others must be seen through. */
    static Color pale(int number) {
        return new Color(FIRST_SERIES + number, 0, 0, PALE);
    }

    /**
     * The variable that a color stands for.
     *
     * @throws IllegalStateException if it stands for none
     */
    static String variable(int red, int green, int blue) {
        if (green == 0 && blue == 0) {
            switch (red) {
                case 1:
                    return "var(--text-2)";
                case 2:
                    return "var(--grid)";
                case 3:
                    return "var(--axis)";
                default:
                    if (red >= FIRST_SERIES && red < FIRST_SERIES + SERIES) {
                        return "var(--s" + (red - FIRST_SERIES) + ")";
                    }
            }
        }
        throw new IllegalStateException("A figure has a color of its own: " + red + ", " + green + ", " + blue);
    }
}
