package io.github.tribuopeft;

import static java.util.Map.entry;

import java.util.Map;

/** Present names of the classes, settings and constants in files of earlier versions. */
public final class EarlierNames {

    private static final String TEXT_POOLING = "io.github.tribuopeft.backbone.TextPooling";
    private static final String METHOD = "io.github.tribuopeft.method.";

    private static final Map<String, String> TYPES = Map.ofEntries(
            entry(METHOD + "VocabularyRows", METHOD + "SampledVocabularyInitializer"),
            entry(METHOD + "TextRows", METHOD + "TextInitializer"),
            entry(METHOD + "LabelRows", METHOD + "LabelTextInitializer"),
            entry(METHOD + "RandomRows", METHOD + "RandomInitializer"),
            entry(METHOD + "RowsInTurn", METHOD + "ChainedInitializer"),
            entry(METHOD + "TextPrefix", METHOD + "TextPrefixInitializer"),
            entry(METHOD + "RandomPrefix", METHOD + "RandomPrefixInitializer"),
            entry(METHOD + "Reparameterisation", METHOD + "PrefixReparameterization"),
            entry("io.github.tribuopeft.training.Decay", "io.github.tribuopeft.training.LearningRateDecay"),
            entry("io.github.tribuopeft.backbone.TextSummary", TEXT_POOLING),
            entry("io.github.tribuopeft.backbone.DefaultPooling", TEXT_POOLING),
            entry("io.github.tribuopeft.head.TokenPooling", "io.github.tribuopeft.backbone.TokenPooling"),
            entry("io.github.tribuopeft.head.Pooling", TEXT_POOLING),
            entry("io.github.tribuopeft.head.WordReadout", "io.github.tribuopeft.backbone.TokenPooling"),
            entry("io.github.tribuopeft.cli.SpanF1", "io.github.tribuopeft.head.SpanF1"),
            entry("io.github.tribuopeft.ModelStart", "io.github.tribuopeft.ModelFileCheckpoint"),
            entry(
                    "io.github.tribuopeft.huggingface.AdapterStart",
                    "io.github.tribuopeft.huggingface.adapter.PeftAdapterCheckpoint"),
            entry(
                    "io.github.tribuopeft.huggingface.PeftAdapterCheckpoint",
                    "io.github.tribuopeft.huggingface.adapter.PeftAdapterCheckpoint"),
            entry(
                    "io.github.tribuopeft.huggingface.TorchScriptDirectory",
                    "io.github.tribuopeft.torchscript.TorchScriptDirectory"));

    private static final Map<String, String> SETTINGS = Map.of("reparameterisation", "reparameterization");

    private static final Map<String, String> CONSTANTS =
            Map.of("UNNUMBERED", "NO_POSITION_IDS", "FIRST_PIECE", "FIRST_SUBWORD");

    private static final Map<String, String> CONSTANTS_OF_TYPES = Map.of(TEXT_POOLING + ".FIRST", "CLS");

    private EarlierNames() {}

    /** Returns the present name of a class. */
    public static String type(String name) {
        return TYPES.getOrDefault(name, name);
    }

    /** Returns the present name of a setting. */
    static String setting(String name) {
        return SETTINGS.getOrDefault(name, name);
    }

    /** Returns the present name of a constant of an enum, whose present class name is given. */
    static String constant(String type, String name) {
        return CONSTANTS_OF_TYPES.getOrDefault(type + "." + name, constant(name));
    }

    /** Returns the present name of a constant. */
    public static String constant(String name) {
        return CONSTANTS.getOrDefault(name, name);
    }
}
