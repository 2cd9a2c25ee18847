package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import io.github.tribuopeft.backbone.LinearLayer;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.method.BottleneckAdapter.Position;
import io.github.tribuopeft.testing.TinyBert;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Methods with various settings, and the numbers of their values with {@link TinyBert}. */
final class MethodCases {

    private static final int P = 3;
    /** Hidden width of {@link TinyBert}, which is also the number of keys or values of one layer K × D. */
    private static final int H = 16;

    private static final int INTERMEDIATE = 32;
    private static final int LAYERS = 2;

    private MethodCases() {}

    /** Returns the methods with a pooling. */
    static Stream<MethodCase> of(TextPooling pooling) {
        List<MethodCase> cases = new ArrayList<>();
        cases.add(new MethodCase(new LinearProbe(), pooling, 0, 0));
        prompts().forEach(method -> cases.add(new MethodCase(method, pooling, P * H, P * H)));
        int prefix = 2 * LAYERS * P * H;
        prefixes().forEach(method -> cases.add(new MethodCase(method, pooling, prefix, prefix)));
        cases.add(new MethodCase(prefix().layers(1, 1).build(), pooling, prefix / 2, prefix / 2));
        cases.add(new MethodCase(prefix().layers(0, 0).build(), pooling, prefix / 2, prefix / 2));
        cases.add(new MethodCase(
                prefix().reparameterization(new PrefixReparameterization()).build(), pooling, mlp(H, LAYERS), prefix));
        cases.add(new MethodCase(
                prefix().layers(1, -1)
                        .reparameterization(new PrefixReparameterization(5))
                        .build(),
                pooling,
                mlp(5, 1),
                prefix / 2));
        cases.add(new MethodCase(new PTuning(P, PromptNetwork.MLP, 7, Placement.BEFORE), pooling, promptMlp(7), P * H));
        cases.add(new MethodCase(
                new PTuning(P, PromptNetwork.LSTM, 5, Placement.NO_POSITION_IDS), pooling, promptLstm(5), P * H));
        weights().forEach((method, values) -> cases.add(new MethodCase(method, pooling, values, values)));
        return cases.stream();
    }

    /** Returns methods without virtual tokens, and the numbers of values that they train. */
    private static Map<PeftMethod, Integer> weights() {
        Map<PeftMethod, Integer> methods = new LinkedHashMap<>();
        methods.put(new LoRA(), LAYERS * 2 * 8 * 2 * H);
        methods.put(LoRA.builder().rank(2).layers(1, 1).dropout(0.2).build(), 2 * 2 * 2 * H);
        methods.put(
                LoRA.builder()
                        .rank(2)
                        .targets(LinearLayer.Role.values())
                        .rankStabilised()
                        .build(),
                LAYERS * 2 * (4 * 2 * H + 2 * (H + INTERMEDIATE)));
        methods.put(new IA3(), LAYERS * (2 * H + INTERMEDIATE));
        methods.put(new IA3(0, 0), 2 * H + INTERMEDIATE);
        methods.put(new BitFit(), H + LAYERS * (7 * H + INTERMEDIATE));
        methods.put(new LayerNormTuning(), 2 * H + LAYERS * 2 * 2 * H);
        methods.put(new CaseEmbedding(), 4 * H);
        methods.put(new BottleneckAdapter(4, Position.PFEIFFER, 1), LAYERS * bottleneck(4));
        methods.put(new BottleneckAdapter(4, Position.HOULSBY, 1), 2 * LAYERS * bottleneck(4));
        methods.put(new BottleneckAdapter(4, Position.PARALLEL, 4), LAYERS * bottleneck(4));
        methods.put(
                new Combination("both", List.of(prefix().build(), new BottleneckAdapter(4, Position.PARALLEL, 4))),
                2 * LAYERS * P * H + LAYERS * bottleneck(4));
        methods.put(
                new FullFineTuning(), (int) new TinyBert().open().architecture().parameters());
        return methods;
    }

    private static int bottleneck(int width) {
        return 2 * width * H + width + H;
    }

    private static int promptMlp(int hidden) {
        return P * H + (H + 1) * hidden + (hidden + 1) * hidden + (hidden + 1) * H;
    }

    private static int promptLstm(int hidden) {
        int first = 4 * hidden * (H + hidden + 2);
        int second = 4 * hidden * (2 * hidden + hidden + 2);
        return P * H + 2 * (first + second) + (2 * hidden + 1) * 2 * hidden + (2 * hidden + 1) * H;
    }

    private static Stream<PeftMethod> prompts() {
        PromptInitializer labels = new LabelTextInitializer();
        Stream<PromptInitializer> initializers = Stream.of(
                new RandomInitializer(),
                new TextInitializer("what is the film"),
                labels,
                labels.orElse(new SampledVocabularyInitializer()));
        return Stream.of(
                        initializers.map(start -> new PromptTuning(P, start, Placement.BEFORE)),
                        Stream.of(Placement.values())
                                .map(where -> new PromptTuning(P, new SampledVocabularyInitializer(), where)),
                        Stream.of(promptWithDropout()))
                .flatMap(prompts -> prompts);
    }

    /** Returns prompt tuning with dropout, from a configuration. */
    private static PromptTuning promptWithDropout() {
        ConfigurationData data = new ConfigurationData("prompt", PromptTuning.class.getName());
        data.add("virtualTokens", new SimpleProperty("" + P));
        data.add("dropout", new SimpleProperty("0.1"));
        try (ConfigurationManager manager = new ConfigurationManager()) {
            manager.addConfiguration(data);
            return (PromptTuning) manager.lookup("prompt");
        }
    }

    private static Stream<PeftMethod> prefixes() {
        return Stream.concat(
                Stream.of(Placement.values())
                        .map(where -> prefix().placement(where).build()),
                Stream.of(
                        prefix().initializer(RandomPrefixInitializer.zero()).build(),
                        prefix().initializer(new TextPrefixInitializer()).build(),
                        prefix().initializer(new TextPrefixInitializer("good or bad"))
                                .build(),
                        prefix().dropout(0.1).build()));
    }

    /** Returns the number of values of an embedding and two linear layers. */
    private static int mlp(int hidden, int layers) {
        return P * H + H * hidden + hidden + hidden * 2 * layers * H + 2 * layers * H;
    }

    private static PrefixTuning.Builder prefix() {
        return PrefixTuning.builder().virtualTokens(P).dropout(0);
    }
}
