package io.github.tribuopeft.evaluation.report;

import java.util.List;
import java.util.Locale;

/** Formats of numbers and lists in reports, independent of the locale of the machine. */
final class Format {

    /** Placeholder of an unknown value. */
    static final String UNKNOWN = "–";

    private static final int MAX_DECIMALS = 6;

    private Format() {}

    /** Formats a share in percent, without the percent sign. */
    static String percent(double share) {
        return Double.isNaN(share) ? UNKNOWN : minus(format("%.1f", 100 * share));
    }

    /** Formats mean and standard deviation in percent. */
    static String percent(Sample share) {
        return share.n() > 1 ? percent(share.mean()) + "\u00a0±\u00a0" + percent(share.sd()) : percent(share.mean());
    }

    /** Formats a difference of shares in percentage points, with its sign. */
    static String signed(double difference) {
        return Double.isNaN(difference) ? UNKNOWN : minus(format("%+.1f", 100 * difference));
    }

    /** Formats a number with three significant digits, or with all digits before the decimal point. */
    static String number(double value) {
        return decimals(value, decimals(value));
    }

    /** Returns the decimals of {@link #number(double)}. */
    static int decimals(double value) {
        double size = Math.abs(value);
        if (size == 0 || !Double.isFinite(size)) {
            return 0;
        }
        int firstDigit = (int) Math.floor(Math.log10(size * 1.005)); // of the rounded number
        return Math.max(0, Math.min(MAX_DECIMALS, 2 - firstDigit));
    }

    /** Formats a number with some decimals. */
    static String decimals(double value, int decimals) {
        return Double.isNaN(value) ? UNKNOWN : minus(format("%,." + decimals + "f", value));
    }

    /** Formats a number as {@link #number} does, without zeros at the end of its decimals. */
    static String value(double value) {
        String number = number(value);
        return number.contains(".") ? number.replaceAll("\\.?0+$", "") : number;
    }

    /** Formats a time, a size or a speed: at most two decimals, and at most three digits that are not 0 from 10,000. */
    static String cost(double value) {
        if (value > 0 && value < 0.005) {
            return "< 0.01";
        }
        if (value >= 1e4) {
            double unit = Math.pow(10, Math.floor(Math.log10(value)) - 2);
            return count(unit * Math.round(value / unit));
        }
        return decimals(value, Math.min(2, decimals(value)));
    }

    /** Formats a whole number with thousands separators. */
    static String count(double value) {
        return Double.isNaN(value) ? UNKNOWN : minus(format("%,.0f", value));
    }

    /** Formats a mean of counts with one decimal. */
    static String mean(double value) {
        return Double.isNaN(value) ? UNKNOWN : minus(format("%,.1f", value));
    }

    /** Formats a round number of an axis: {@code 500}, {@code 10k}, {@code 2M}. */
    static String compact(double value) {
        return value >= 1e9
                ? count(value / 1e9) + "G"
                : value >= 1e6 ? count(value / 1e6) + "M" : value >= 1e4 ? count(value / 1e3) + "k" : count(value);
    }

    /** Formats a probability. */
    static String probability(double p) {
        if (Double.isNaN(p)) {
            return UNKNOWN;
        }
        return p < 0.001 ? "< 0.001" : format("%.3f", p);
    }

    /** Formats a list: {@code a, b and c}. */
    static String list(List<String> names) {
        int last = names.size() - 1;
        return last < 1
                ? String.join("", names)
                : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
    }

    /** Formats a count with its noun: {@code 1 seed}, {@code 3 seeds}. */
    static String plural(long count, String noun) {
        return count(count) + " " + noun + (count == 1 ? "" : "s");
    }

    /** Shortens a text to a number of characters. */
    static String shorten(String text, int length) {
        return text.codePointCount(0, text.length()) <= length
                ? text
                : text.substring(0, text.offsetByCodePoints(0, length - 1)) + "…";
    }

    private static String format(String pattern, double value) {
        return String.format(Locale.ROOT, pattern, value);
    }

    private static String minus(String number) {
        return number.matches("-0(\\.0+)?") ? number.substring(1) : number.replace('-', '−');
    }
}
