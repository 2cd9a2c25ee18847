package io.github.tribuopeft.evaluation.report;

import java.awt.Color;

/**
 * Colors of the theme. Charts are drawn with placeholder colors; in the SVG, variables of the style sheet replace them,
 * so that figures follow the light or dark theme of the page.
 */
final class ThemeColor {

    /** Number of colors for candidates. */
    static final int SERIES = 8;

    static final Color NONE = new Color(0, 0, 0, 0);
    static final Color TEXT = new Color(1, 0, 0);
    static final Color GRID = new Color(2, 0, 0);
    static final Color AXIS = new Color(3, 0, 0);

    private static final int FIRST_SERIES = 100;
    private static final int AREA_ALPHA = 26; // of 255

    private ThemeColor() {}

    static Color series(int number) {
        return new Color(FIRST_SERIES + number, 0, 0);
    }

    /** Returns the translucent color of the area of a series. */
    static Color seriesArea(int number) {
        return new Color(FIRST_SERIES + number, 0, 0, AREA_ALPHA);
    }

    /**
     * Returns the style sheet variable of a placeholder color.
     *
     * @throws IllegalStateException if the color is not a placeholder
     */
    static String variable(int red, int green, int blue) {
        if (green == 0 && blue == 0) {
            switch (red) {
                case 1:
                    return "var(--text-muted)";
                case 2:
                    return "var(--grid)";
                case 3:
                    return "var(--axis)";
                default:
                    if (red >= FIRST_SERIES && red < FIRST_SERIES + SERIES) {
                        return "var(--series-" + (red - FIRST_SERIES) + ")";
                    }
            }
        }
        throw new IllegalStateException(
                "A figure contains a color that is not in the theme: " + red + ", " + green + ", " + blue);
    }
}
