package io.github.tribuopeft.evaluation.report;

import java.util.List;
import java.util.Locale;

/** Figures and lists as people write them; the same on every machine. */
final class Format {

    /** What stands for a figure that could not be had. */
    static final String NOTHING = "–";

    private Format() {}

    /** A share in percent, without the sign. */
    static String percent(double share) {
        return Double.isNaN(share) ? NOTHING : minus(format("%.1f", 100 * share));
    }

    /** Mean and standard deviation in percent. */
    static String percent(Sample share) {
        return share.n() > 1 ? percent(share.mean()) + " ± " + percent(share.sd()) : percent(share.mean());
    }

    /** A difference of shares in percentage points, with its sign. */
    static String signed(double difference) {
        return Double.isNaN(difference) ? NOTHING : minus(format("%+.1f", 100 * difference));
    }

    /** Three digits, or all before the point. */
    static String figure(double value) {
        if (Double.isNaN(value)) {
            return NOTHING;
        }
        double size = Math.abs(value);
        String pattern = size == 0 || size >= 99.5 ? "%,.0f" : size >= 9.95 ? "%,.1f" : "%,.2f";
        return minus(format(pattern, value));
    }

    /** A whole number with separators. */
    static String count(double value) {
        return Double.isNaN(value) ? NOTHING : minus(format("%,.0f", value));
    }

    /** A mean of counts. */
    static String mean(double value) {
        return Double.isNaN(value) ? NOTHING : minus(format("%,.1f", value));
    }

    /** A round number for axes: {@code 500}, {@code 10k}, {@code 2M}. */
    static String compact(double value) {
        return value >= 1e9
                ? count(value / 1e9) + "G"
                : value >= 1e6 ? count(value / 1e6) + "M" : value >= 1e4 ? count(value / 1e3) + "k" : count(value);
    }

    /** A probability. */
    static String probability(double p) {
        if (Double.isNaN(p)) {
            return NOTHING;
        }
        return p < 0.001 ? "< 0.001" : format("%.3f", p);
    }

    /** {@code a, b and c}. */
    static String list(List<String> names) {
        int last = names.size() - 1;
        return last < 1
                ? String.join("", names)
                : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
    }

    /** {@code 1 seed}, {@code 3 seeds}. */
    static String plural(long count, String noun) {
        return count(count) + " " + noun + (count == 1 ? "" : "s");
    }

    /** A text of at most so many characters. */
    static String cut(String text, int length) {
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
