package io.github.tribuopeft.huggingface.adapter;

import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.LinearLayer;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.huggingface.adapter.AdapterTarget.Module;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Codec of low-rank updates, {@code <module>.lora_A.weight} [r, in] and {@code <module>.lora_B.weight} [out, r]. PEFT
 * multiplies their product by α / r. Our B includes this scale and is written with α = r.
 *
 * <p>A fused module has one A for all its linear layers. Decoding gives each layer its rows of B. Encoding
 * concatenates the ranks of the layers, with zeros in B for the other layers; a rank that layers share is written
 * once.
 */
record LoraCodec() implements AdapterCodec {

    private static final String A = ".lora_A.weight";
    private static final String B = ".lora_B.weight";

    /** Options that change the computation and are not supported. */
    private static final Set<String> REFUSED = Set.of(
            "use_dora",
            "use_qalora",
            "use_bdlora",
            "bias",
            "lora_bias",
            "layer_replication",
            "target_parameters",
            "trainable_token_indices",
            "megatron_config",
            "alora_invocation_tokens",
            "arrow_config",
            "kasa_config",
            "velora_config",
            "monteclora_config");

    /** Options that are supported. */
    private static final Set<String> SUPPORTED = Set.of(
            "r",
            "lora_alpha",
            "rank_pattern",
            "alpha_pattern",
            "use_rslora",
            "target_modules",
            "exclude_modules",
            "layers_to_transform",
            "layers_pattern",
            "fan_in_fan_out",
            LoraInit.KEY);

    /** Options without effect on a trained adapter: options for training, and those of refused options. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "lora_dropout",
            "corda_config",
            "eva_config",
            "loftq_config",
            "lora_ga_config",
            "qalora_group_size",
            "megatron_core",
            "ensure_weight_tying");

    @Override
    public String type() {
        return "LORA";
    }

    @Override
    public String method() {
        return "lora";
    }

    @Override
    public Set<String> keys() {
        Set<String> keys = new HashSet<>(REFUSED);
        keys.addAll(SUPPORTED);
        keys.addAll(WITHOUT_EFFECT);
        return keys;
    }

    @Override
    public String headPrefix() {
        return "base_model.model.";
    }

    @Override
    public Adapter decode(AdapterConfig config, AdapterTensors tensors, AdapterTarget target) {
        REFUSED.stream().sorted().forEach(config::refuse);
        LoraInit.requireOriginalBackbone(config);
        target.requireOrientation(config);
        AdapterTarget.Adapted adapted = target.adapted(config, tensors, A);
        new TargetModules(config, target, adapted.prefix())
                .require(new HashSet<>(adapted.byTensor().values()));
        Scaling scaling = Scaling.of(config);
        Map<String, Tensor> entries = new HashMap<>();
        adapted.byTensor().forEach((name, module) -> {
            int rank = scaling.rank(adapted.name(name));
            Tensor a = tensors.take(name, rank, module.in());
            Tensor b = tensors.take(name.substring(0, name.length() - A.length()) + B, module.out(), rank);
            split(module, rank, a.values(), b.values(), scaling.scale(adapted.name(name)), entries);
        });
        entries.forEach((name, tensor) -> {
            if (!tensor.isFinite()) {
                throw config.wrong("lora_alpha", "a scale with which '" + name + "' stays finite");
            }
        });
        return new Adapter(entries, VirtualTokens.NONE);
    }

    /**
     * Ranks and scales of modules.
     *
     * @param config the configuration
     * @param ranks ranks that differ from {@code r}
     * @param alphas values that differ from {@code lora_alpha}
     * @param rankStabilized whether the scale is α / √r instead of α / r
     */
    private record Scaling(AdapterConfig config, ModuleNumbers ranks, ModuleNumbers alphas, boolean rankStabilized) {

        static Scaling of(AdapterConfig config) {
            return new Scaling(
                    config,
                    ModuleNumbers.of(config, "rank_pattern"),
                    ModuleNumbers.of(config, "alpha_pattern"),
                    config.flag("use_rslora"));
        }

        int rank(String module) {
            double rank = ranks.of(module, config.integer("r"));
            if (rank < 1 || rank != (int) rank) {
                throw config.wrong("rank_pattern", "positive integers by the names of modules");
            }
            return (int) rank;
        }

        double scale(String module) {
            int rank = rank(module);
            return alphas.of(module, config.real("lora_alpha")) / (rankStabilized ? Math.sqrt(rank) : rank);
        }
    }

    private static void split(
            Module module, int rank, float[] a, float[] b, double scale, Map<String, Tensor> entries) {
        int row = 0;
        for (LinearLayer layer : module.layers()) {
            int first = row;
            // in a fused module, skips the ranks of other layers, whose columns of B are zero for this layer
            int[] ranks = IntStream.range(0, rank)
                    .filter(k -> !module.isFused()
                            || IntStream.range(first, first + layer.out()).anyMatch(i -> b[i * rank + k] != 0))
                    .toArray();
            if (ranks.length > 0) {
                Tensor ownA = Tensor.zeros(ranks.length, module.in());
                Tensor ownB = Tensor.zeros(layer.out(), ranks.length);
                for (int k = 0; k < ranks.length; k++) {
                    System.arraycopy(a, ranks[k] * module.in(), ownA.values(), k * module.in(), module.in());
                    for (int i = 0; i < layer.out(); i++) {
                        ownB.values()[i * ranks.length + k] = (float) (b[(first + i) * rank + ranks[k]] * scale);
                    }
                }
                entries.put(layer.name() + ".lora.A", ownA);
                entries.put(layer.name() + ".lora.B", ownB);
            }
            row += layer.out();
        }
    }

    @Override
    public EncodedAdapter encode(Adapter adapter, AdapterTarget target, TaskType task) {
        Map<String, Tensor> entries = new TreeMap<>(adapter.tensors());
        Map<String, Tensor> tensors = new TreeMap<>();
        Map<String, Integer> ranks = new LinkedHashMap<>();
        boolean transposed = false;
        for (Module module : target.modules().values()) {
            Update update = Update.of(module, entries);
            if (update.rank() > 0) {
                tensors.put(target.tensor(module, task, A), update.a(module.in()));
                tensors.put(target.tensor(module, task, B), update.b(module.out()));
                ranks.put(target.prefix(task) + module.name(), update.rank());
                transposed |= module.transposed();
            }
        }
        target.requireAllEncoded(entries.keySet(), this);
        int commonRank = ranks.values().iterator().next();
        Map<String, Integer> others = new TreeMap<>(ranks);
        others.values().removeIf(rank -> rank == commonRank);
        Map<String, Object> settings = new HashMap<>();
        settings.put("r", commonRank);
        settings.put("lora_alpha", commonRank);
        settings.put("rank_pattern", others);
        settings.put("alpha_pattern", others);
        settings.put("use_rslora", false);
        settings.put("use_dora", false);
        settings.put("bias", "none");
        settings.put("lora_dropout", 0.0);
        settings.put("init_lora_weights", true);
        settings.put("fan_in_fan_out", transposed);
        settings.put("layers_to_transform", null);
        settings.put("layers_pattern", null);
        settings.put("target_modules", ranks.keySet().stream().sorted().toList());
        return new EncodedAdapter(settings, tensors);
    }

    /**
     * Low-rank update of a module. Each rank has a row of A and a column of B. A rank that several linear layers
     * share, as in PEFT's own fused modules, occurs once.
     *
     * @param rows rows of A, each [in]
     * @param columns columns of B, each [out]
     */
    private record Update(List<float[]> rows, List<float[]> columns) {

        static Update of(Module module, Map<String, Tensor> entries) {
            Update update = new Update(new ArrayList<>(), new ArrayList<>());
            int first = 0;
            for (LinearLayer layer : module.layers()) {
                Tensor a = entries.remove(layer.name() + ".lora.A");
                Tensor b = entries.remove(layer.name() + ".lora.B");
                if (a != null) {
                    update.add(a, b, first, module);
                }
                first += layer.out();
            }
            return update;
        }

        /** Adds the ranks of a layer whose first output feature is {@code first} in the module. */
        private void add(Tensor a, Tensor b, int first, Module module) {
            int ranks = (int) a.shape().get(0);
            Set<Integer> used = new HashSet<>(); // equal ranks of one layer stay separate
            for (int k = 0; k < ranks; k++) {
                float[] row = Arrays.copyOfRange(a.values(), k * module.in(), (k + 1) * module.in());
                int index = IntStream.range(0, rank())
                        .filter(i -> !used.contains(i) && Arrays.equals(rows.get(i), row))
                        .findFirst()
                        .orElse(rank());
                if (index == rank()) {
                    rows.add(row);
                    columns.add(new float[module.out()]);
                }
                used.add(index);
                for (int i = 0; i < b.shape().get(0); i++) {
                    columns.get(index)[first + i] = b.values()[i * ranks + k];
                }
            }
        }

        int rank() {
            return rows.size();
        }

        Tensor a(int in) {
            Tensor a = Tensor.zeros(rank(), in);
            for (int k = 0; k < rank(); k++) {
                System.arraycopy(rows.get(k), 0, a.values(), k * in, in);
            }
            return a;
        }

        Tensor b(int out) {
            Tensor b = Tensor.zeros(out, rank());
            for (int k = 0; k < rank(); k++) {
                for (int i = 0; i < out; i++) {
                    b.values()[i * rank() + k] = columns.get(k)[i];
                }
            }
            return b;
        }
    }
}
