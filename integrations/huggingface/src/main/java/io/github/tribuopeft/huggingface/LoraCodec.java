package io.github.tribuopeft.huggingface;

import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.AdapterEntry;
import io.github.tribuopeft.backbone.LinearLayer;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.huggingface.AdapterTarget.Module;
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
 * Terms of low rank, {@code <module>.lora_A.weight} [r, in] and {@code <module>.lora_B.weight} [out, r]. PEFT multiplies with α / r; our B carries its
 * scale, and is written with α = r. A module that holds several of our maps has one A for all of them: read, each map gets its rows of B; written, the
 * maps' ranks stand beside each other, with zeros where a rank says nothing of a map, and those that maps share stand there once.
 */
record LoraCodec() implements AdapterCodec {

    private static final String A = ".lora_A.weight";
    private static final String B = ".lora_B.weight";

    /** Options that compute something else than a plain term of low rank. */
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

    /** Options that are honoured. */
    private static final Set<String> HONOURED = Set.of(
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

    /** Options that change nothing in a trained adapter: of its training, and of other options that are refused. */
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
        keys.addAll(HONOURED);
        keys.addAll(WITHOUT_EFFECT);
        return keys;
    }

    @Override
    public String headLead() {
        return "base_model.model.";
    }

    @Override
    public Adapter read(AdapterConfig config, AdapterTensors tensors, AdapterTarget target) {
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
     * The ranks and scales of modules.
     *
     * @param ranks ranks that differ from {@code r}
     * @param alphas values that differ from {@code lora_alpha}
     */
    private record Scaling(AdapterConfig config, ModuleNumbers ranks, ModuleNumbers alphas, boolean rankStabilised) {

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
            return alphas.of(module, config.real("lora_alpha")) / (rankStabilised ? Math.sqrt(rank) : rank);
        }
    }

    private static void split(
            Module module, int rank, float[] a, float[] b, double scale, Map<String, Tensor> entries) {
        int row = 0;
        for (LinearLayer map : module.maps()) {
            int first = row;
            // ranks of which this map's part of a fused module knows nothing, as those of its neighbours that we wrote
            int[] ranks = IntStream.range(0, rank)
                    .filter(k -> !module.isFused()
                            || IntStream.range(first, first + map.out()).anyMatch(i -> b[i * rank + k] != 0))
                    .toArray();
            if (ranks.length > 0) {
                Tensor ownA = Tensor.zeros(ranks.length, module.in());
                Tensor ownB = Tensor.zeros(map.out(), ranks.length);
                for (int k = 0; k < ranks.length; k++) {
                    System.arraycopy(a, ranks[k] * module.in(), ownA.values(), k * module.in(), module.in());
                    for (int i = 0; i < map.out(); i++) {
                        ownB.values()[i * ranks.length + k] = (float) (b[(first + i) * rank + ranks[k]] * scale);
                    }
                }
                entries.put(AdapterEntry.LORA_A.of(map), ownA);
                entries.put(AdapterEntry.LORA_B.of(map), ownB);
            }
            row += map.out();
        }
    }

    @Override
    public Written write(Adapter adapter, AdapterTarget target, TaskType task) {
        Map<String, Tensor> entries = new TreeMap<>(adapter.tensors());
        Map<String, Tensor> tensors = new TreeMap<>();
        Map<String, Integer> ranks = new LinkedHashMap<>();
        boolean transposed = false;
        for (Module module : target.modules().values()) {
            Term term = Term.of(module, entries);
            if (term.rank() > 0) {
                tensors.put(target.tensor(module, task, A), term.a(module.in()));
                tensors.put(target.tensor(module, task, B), term.b(module.out()));
                ranks.put(target.prefix(task) + module.name(), term.rank());
                transposed |= module.transposed();
            }
        }
        target.requireKnown(entries.keySet(), method(), type());
        int usual = ranks.values().iterator().next();
        Map<String, Integer> others = new TreeMap<>(ranks);
        others.values().removeIf(rank -> rank == usual);
        Map<String, Object> settings = new HashMap<>();
        settings.put("r", usual);
        settings.put("lora_alpha", usual);
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
        return new Written(settings, tensors);
    }

    /**
     * One term for all maps of a module: its ranks, each by a row of A and a column of B. A rank that maps share, as all ranks of PEFT's are shared, is one.
     *
     * @param rows rows of A [in]
     * @param columns columns of B [out]
     */
    private record Term(List<float[]> rows, List<float[]> columns) {

        static Term of(Module module, Map<String, Tensor> entries) {
            Term term = new Term(new ArrayList<>(), new ArrayList<>());
            int first = 0;
            for (LinearLayer map : module.maps()) {
                Tensor a = entries.remove(AdapterEntry.LORA_A.of(map));
                Tensor b = entries.remove(AdapterEntry.LORA_B.of(map));
                if (a != null) {
                    term.add(a, b, first, module);
                }
                first += map.out();
            }
            return term;
        }

        /** Adds a map's ranks, whose outputs begin at one of the module's. */
        private void add(Tensor a, Tensor b, int first, Module module) {
            int ranks = (int) a.shape().get(0);
            Set<Integer> taken = new HashSet<>(); // two ranks of one map stay two
            for (int k = 0; k < ranks; k++) {
                float[] row = Arrays.copyOfRange(a.values(), k * module.in(), (k + 1) * module.in());
                int place = IntStream.range(0, rank())
                        .filter(i -> !taken.contains(i) && Arrays.equals(rows.get(i), row))
                        .findFirst()
                        .orElse(rank());
                if (place == rank()) {
                    rows.add(row);
                    columns.add(new float[module.out()]);
                }
                taken.add(place);
                for (int i = 0; i < b.shape().get(0); i++) {
                    columns.get(place)[first + i] = b.values()[i * ranks + k];
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
