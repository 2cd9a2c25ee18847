package io.github.tribuopeft.cli;

import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.evaluation.comparison.Contestant;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PeftMethods;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * What a comparison's command line asks to be compared: methods, each with every choice of the sweeps that it knows.
 *
 * @param methods names of methods, or of a task's own trainers
 * @param sweeps settings whose values are compared
 * @param tuning what all trainings share
 */
record Contenders(List<String> methods, List<Sweep> sweeps, TuningOptions tuning) {

    /** Makes a competitor of a method with certain settings. */
    interface Maker<C, T> {
        C make(Contestant contestant, LongFunction<T> trainers);
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
                    new Contestant(
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
