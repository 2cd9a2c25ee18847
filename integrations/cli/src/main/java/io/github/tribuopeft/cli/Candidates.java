package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.evaluation.comparison.TrainableCandidate;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PeftMethods;
import io.github.tribuopeft.training.TrainingListener;
import io.github.tribuopeft.training.TrainingOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Candidates of a comparison: every method with every combination of the sweeps that apply to it.
 *
 * @param methods names of methods and of baselines
 * @param sweeps settings with the values to compare
 * @param tuning options of all training runs
 */
record Candidates(List<String> methods, List<Sweep> sweeps, TuningOptions tuning) {

    private static final String SEED = "trainer.seed";

    /**
     * Creates the candidates of a task.
     *
     * @param task the task
     * @param asTribuoModel returns a model as the Tribuo model that the benchmark tests
     * @param baselines trainers of Tribuo, which are candidates if their names are among the methods
     * @param listener receives the events of each training run
     * @param <D> the type of dataset
     * @param <M> the type of adapted model
     * @param <B> the type of Tribuo model
     * @throws UsageException if a setting has no effect or is set twice
     */
    <D, M extends AdaptedModel, B> List<TrainableCandidate<D, B>> of(
            TaskDefinition<D, M> task,
            Function<M, B> asTribuoModel,
            List<? extends TrainableCandidate<D, B>> baselines,
            TrainingListener listener) {
        Map<String, TrainableCandidate<D, B>> named = new LinkedHashMap<>();
        baselines.forEach(baseline -> named.put(baseline.candidate().name(), baseline));
        requireEffectiveSettings(task.components(), named.keySet());
        List<TrainableCandidate<D, B>> candidates = new ArrayList<>();
        for (String method : methods) {
            if (named.containsKey(method)) {
                candidates.add(named.get(method));
            } else {
                candidates.addAll(ofMethod(method, task, asTribuoModel, listener));
            }
        }
        return candidates;
    }

    /**
     * Checks that every given setting has an effect, and prints a note on each sweep that applies to some methods only.
     */
    private void requireEffectiveSettings(TaskComponents components, Set<String> baselines) {
        Map<Sweep, List<String>> affected = new LinkedHashMap<>();
        sweeps.forEach(sweep -> affected.put(sweep, new ArrayList<>()));
        SortedSet<String> settings = new TreeSet<>();
        for (String method : methods) {
            if (!baselines.contains(method)) {
                requireMethod(method, baselines);
                TrainerConfiguration defaults =
                        TrainerConfiguration.of(components, PeftMethods.named(method), tuning.backbone());
                sweeps.stream().filter(sweep -> sweep.appliesTo(defaults)).forEach(sweep -> affected.get(sweep)
                        .add(method));
                requireSetOnce(defaults);
                settings.addAll(Sweep.names(defaults));
            }
        }
        if (settings.isEmpty()) {
            Stream.concat(sweeps.stream().map(sweep -> "--sweep " + sweep.name()), tuning.given().values().stream())
                    .findFirst()
                    .ifPresent(option -> {
                        throw new UsageException(option + ": " + String.join(" and ", methods)
                                + " has no such settings, so this has no effect");
                    });
        }
        affected.forEach((sweep, some) -> {
            if (some.isEmpty()) {
                throw new UsageException("--sweep " + sweep.name() + ": none of " + methods
                        + " has this setting; expected one of " + settings);
            }
        });
        affected.forEach((sweep, some) -> {
            List<String> others =
                    methods.stream().filter(method -> !some.contains(method)).toList();
            if (!others.isEmpty()) {
                System.err.println("peft: note: --sweep " + sweep.name() + " applies to " + String.join(", ", some)
                        + "; without this setting: " + String.join(", ", others));
            }
        });
    }

    /** Checks that a name is that of a method; the message also contains the baselines of the task. */
    private static void requireMethod(String name, Set<String> baselines) {
        try {
            MethodNames.find(name);
        } catch (UsageException e) {
            throw new UsageException("--methods: " + e.getMessage() + ", or a baseline of " + baselines, e);
        }
    }

    /** Checks that no setting is given twice, since the last value would silently win. */
    private void requireSetOnce(TrainerConfiguration defaults) {
        Map<String, String> given = new HashMap<>(tuning.given());
        if (given.containsKey(SEED)) {
            throw new UsageException(given.get(SEED) + ": a comparison chooses the seeds; expected --seeds");
        }
        given.put(SEED, "--seeds");
        for (Sweep sweep : sweeps) {
            for (String target : sweep.targets(defaults)) {
                String earlier = given.put(target, "--sweep " + sweep.name());
                if (earlier != null) {
                    throw new UsageException(
                            "--sweep " + sweep.name() + ": " + earlier + " also sets " + target + "; expected one");
                }
            }
        }
    }

    private <D, M extends AdaptedModel, B> List<TrainableCandidate<D, B>> ofMethod(
            String name, TaskDefinition<D, M> task, Function<M, B> asTribuoModel, TrainingListener listener) {
        PeftMethod method = PeftMethods.named(name);
        TrainerConfiguration defaults = TrainerConfiguration.of(task.components(), method, tuning.backbone());
        List<Sweep> own =
                sweeps.stream().filter(sweep -> sweep.appliesTo(defaults)).toList();
        SignalStop stop = new SignalStop(true, "run the same command again to resume the comparison");
        TrainingListener listeners = TrainingListener.of(stop, listener);
        List<TrainableCandidate<D, B>> candidates = new ArrayList<>();
        for (List<Sweep.Choice> choices : Sweep.combinations(own)) {
            LongFunction<TaskTrainer<D, M>> trainers = seed -> {
                TrainerConfiguration configuration =
                        TrainerConfiguration.of(task.components(), method, tuning.backbone());
                tuning.applyTo(configuration);
                choices.forEach(choice -> choice.applyTo(configuration));
                configuration.set("trainer", "seed", seed);
                return task.trainer(configuration, listeners);
            };
            Map<String, String> swept = new LinkedHashMap<>();
            choices.forEach(choice -> swept.put(choice.name(), choice.value()));
            Candidate candidate = Candidate.ofSweep(
                    name, kind(method.virtualTokens()), trainers.apply(0).description(), swept);
            candidates.add(new PeftCandidate<>(candidate, trainers, asTribuoModel, stop));
        }
        return candidates;
    }

    /** Returns the epochs and the learning rates of all training runs, by name. */
    Map<String, String> facts(TaskComponents components) {
        Map<String, String> facts = new LinkedHashMap<>();
        SortedSet<String> epochs = new TreeSet<>();
        Map<String, String> rates = new LinkedHashMap<>();
        SortedSet<String> headRates = new TreeSet<>();
        for (String name : methods) {
            if (PeftMethods.names().contains(name.split("\\+", 2)[0])) {
                PeftMethod method = PeftMethods.named(name);
                TrainerConfiguration configuration = TrainerConfiguration.of(components, method, tuning.backbone());
                tuning.applyTo(configuration);
                TrainingOptions defaults = new TrainingOptions();
                epochs.add(value(configuration, "epochs", String.valueOf(defaults.epochs())));
                rates.put(name, value(configuration, "learningRate", String.valueOf(method.defaultLearningRate())));
                headRates.add(value(configuration, "headLearningRate", String.valueOf(defaults.headLearningRate())));
            }
        }
        if (!rates.isEmpty()) {
            facts.put("epochs", String.join(" and ", epochs));
            facts.put(
                    "learning rates",
                    rates.entrySet().stream()
                                    .map(rate -> rate.getKey() + " " + rate.getValue())
                                    .collect(Collectors.joining(", "))
                            + "; head " + String.join(" and ", headRates));
        }
        return facts;
    }

    /** Returns the value of a setting of the training: that of a sweep, or the given one. */
    private String value(TrainerConfiguration configuration, String field, String defaultValue) {
        return sweeps.stream()
                .filter(sweep -> sweep.targets(configuration).contains("training." + field))
                .findFirst()
                .map(sweep -> String.join(" to ", sweep.values()))
                .or(() -> configuration.value("training", field))
                .orElse(defaultValue);
    }

    /** Returns the kind of a method in figures: whether it adds virtual tokens. */
    static String kind(VirtualTokens virtual) {
        return virtual.count() > 0 ? Candidate.SOFT_PROMPT : "weights or head";
    }
}
