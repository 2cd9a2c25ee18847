package io.github.tribuopeft.backbone;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Places in a layer where a bottleneck can be added. */
public enum BottleneckPlace {
    /** Output of the attention sublayer, before its residual is added. */
    ATTENTION,
    /** Output of the feed-forward sublayer, before its residual is added. */
    FEEDFORWARD,
    /** Parallel to the feed-forward sublayer, with the same input. */
    PARALLEL,
    /** Output of the layer. */
    LAYER;

    /** Returns the place as it is written in names of entries, such as {@code attention}. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns a regular expression of all keys. */
    static String pattern() {
        return Arrays.stream(values()).map(BottleneckPlace::key).collect(Collectors.joining("|"));
    }
}
