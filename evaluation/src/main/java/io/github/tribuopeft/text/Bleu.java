package io.github.tribuopeft.text;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * BLEU (Papineni et al. 2002) over all texts with the tokens of {@code mteval-v13a} and exponential smoothing. Equal to
 * sacreBLEU's default.
 */
final class Bleu {

    private static final int ORDER = 4;
    private static final Pattern SYMBOL = Pattern.compile("([{-~\\[-` -&(-+:-@/])");
    private static final Pattern POINT_AFTER_TEXT = Pattern.compile("([^0-9])([.,])");
    private static final Pattern POINT_BEFORE_TEXT = Pattern.compile("([.,])([^0-9])");
    private static final Pattern DASH_AFTER_DIGIT = Pattern.compile("([0-9])(-)");

    private Bleu() {}

    /** Returns the score in [0, 100]. */
    static double of(List<TextPair> pairs) {
        long[] matching = new long[ORDER];
        long[] total = new long[ORDER];
        long length = 0;
        long expectedLength = 0;
        for (TextPair pair : pairs) {
            List<String> generated = tokens(pair.generated());
            List<String> reference = tokens(pair.reference());
            length += generated.size();
            expectedLength += reference.size();
            for (int n = 1; n <= ORDER; n++) {
                Map<List<String>, Integer> found = Ngrams.count(generated, n);
                matching[n - 1] += Ngrams.matches(found, Ngrams.count(reference, n));
                total[n - 1] += Math.max(0, generated.size() - n + 1);
            }
        }
        if (matching[0] == 0 || total[ORDER - 1] == 0) {
            return 0; // no token is right, or no text has four tokens
        }
        double logarithms = 0;
        double smoothing = 1;
        for (int n = 0; n < ORDER; n++) {
            if (matching[n] == 0) {
                smoothing *= 2;
            }
            logarithms += Math.log(matching[n] == 0 ? 1 / (smoothing * total[n]) : (double) matching[n] / total[n]);
        }
        double brevity = length < expectedLength ? Math.exp(1 - (double) expectedLength / length) : 1;
        return 100 * brevity * Math.exp(logarithms / ORDER);
    }

    static List<String> tokens(String text) {
        String line = text.replace("<skipped>", "").replace("-\n", "").replace('\n', ' ');
        line = line.replace("&quot;", "\"")
                .replace("&amp;", "&")
                .replace("&lt;", "<")
                .replace("&gt;", ">");
        line = SYMBOL.matcher(" " + line + " ").replaceAll(" $1 ");
        line = POINT_AFTER_TEXT.matcher(line).replaceAll("$1 $2 ");
        line = POINT_BEFORE_TEXT.matcher(line).replaceAll(" $1 $2");
        return Words.of(DASH_AFTER_DIGIT.matcher(line).replaceAll("$1 $2 "));
    }
}
