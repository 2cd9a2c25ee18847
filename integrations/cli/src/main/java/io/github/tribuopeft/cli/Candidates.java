package io.github.tribuopeft.cli;

import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.evaluation.comparison.Candidate;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PeftMethods;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/**
 * What a comparison's command line asks to be compared: methods, each with every choice of the sweeps that it knows.
 *
 * @param methods names of methods, or of a task's own trainers
 * @param sweeps settings whose values are compared
 * @param tuning what all trainings share
 */
record Candidates(List<String> methods, List<Sweep> sweeps, TuningOptions tuning) {

    private static final String SEED = "trainer.seed";

    /** Makes a competitor of a method with certain settings. */
    interface Maker<C, T> {
        C make(Candidate contestant, LongFunction<T> trainers);
    }

    /**
     * Checks that every setting that is given has an effect, and tells of sweeps that only some methods have.
     *
     * @param trainer the task's trainer
     * @param plain the name of the task's trainer that has no settings
     */
    void requireSettings(Class<?> trainer, String plain) {
        Map<Sweep, List<String>> having = new LinkedHashMap<>();
        sweeps.forEach(sweep -> having.put(sweep, new ArrayList<>()));
        SortedSet<String> known = new TreeSet<>();
        for (String method : methods) {
            if (!method.equals(plain)) {
                TrainerConfiguration defaults =
                        TrainerConfiguration.of(trainer, PeftMethods.named(method), tuning.backbone(), false);
                sweeps.stream().filter(sweep -> sweep.fits(defaults)).forEach(sweep -> having.get(sweep)
                        .add(method));
                requireOnce(defaults);
                known.addAll(Sweep.names(defaults));
            }
        }
        if (known.isEmpty()) {
            Stream.concat(sweeps.stream().map(sweep -> "--sweep " + sweep.name()), tuning.given().values().stream())
                    .findFirst()
                    .ifPresent(option -> {
                        throw new UsageException(option + ": " + plain + " has no settings, so this has no effect");
                    });
        }
        having.forEach((sweep, some) -> {
            if (some.isEmpty()) {
                throw new UsageException(
                        "--sweep " + sweep.name() + ": none of " + methods + " has this setting; they have " + known);
            }
        });
        having.forEach((sweep, some) -> {
            List<String> others =
                    methods.stream().filter(method -> !some.contains(method)).toList();
            if (!others.isEmpty()) {
                System.err.println("peft: note: --sweep " + sweep.name() + " applies to " + String.join(", ", some)
                        + "; without this setting: " + String.join(", ", others));
            }
        });
    }

    /** Checks that nothing is set twice: the later one would win without a word. */
    private void requireOnce(TrainerConfiguration defaults) {
        Map<String, String> given = new HashMap<>(tuning.given());
        if (given.containsKey(SEED)) {
            throw new UsageException(given.get(SEED) + ": a comparison chooses the seeds; expected --seeds");
        }
        given.put(SEED, "--seeds");
        for (Sweep sweep : sweeps) {
            for (String target : sweep.targets(defaults)) {
                String before = given.put(target, "--sweep " + sweep.name());
                if (before != null) {
                    throw new UsageException("--sweep " + sweep.name() + ": " + before + " sets " + target + ", too");
                }
            }
        }
    }

    /**
     * The competitors of a method.
     *
     * @param trainer the task's trainer
     * @param developmentSetGiven whether nothing needs to be held out
     * @param maker makes a competitor of trainers
     */
    <C, T> List<C> of(String name, Class<T> trainer, boolean developmentSetGiven, Maker<C, T> maker) {
        PeftMethod method = PeftMethods.named(name);
        TrainerConfiguration defaults =
                TrainerConfiguration.of(trainer, method, tuning.backbone(), developmentSetGiven);
        List<Sweep> own = sweeps.stream().filter(sweep -> sweep.fits(defaults)).toList();
        List<C> competitors = new ArrayList<>();
        for (List<Sweep.Choice> choices : Sweep.choices(own)) {
            LongFunction<T> trainers = seed -> {
                TrainerConfiguration configuration =
                        TrainerConfiguration.of(trainer, method, tuning.backbone(), developmentSetGiven);
                tuning.applyTo(configuration);
                choices.forEach(choice -> choice.applyTo(configuration));
                configuration.set("trainer", "seed", seed);
                return configuration.trainer(trainer);
            };
            StringBuilder title = new StringBuilder(name);
            choices.forEach(choice -> title.append(", ").append(choice));
            competitors.add(maker.make(
                    new Candidate(
                            title.toString(),
                            kind(method.virtualTokens()),
                            trainers.apply(0).toString()),
                    trainers));
        }
        return competitors;
    }

    /** What reports call the kind of a method with these virtual tokens. */
    static String kind(VirtualTokens virtual) {
        return virtual.count() > 0 ? "soft prompt" : "weights or head";
    }
}
