package io.github.tribuopeft.cli;

import io.github.tribuopeft.EarlierNames;
import io.github.tribuopeft.ModelFileCheckpoint;
import io.github.tribuopeft.PeftSequenceTrainer;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.head.TokenF1;
import io.github.tribuopeft.huggingface.HuggingFaceDirectory;
import io.github.tribuopeft.huggingface.adapter.PeftAdapterCheckpoint;
import io.github.tribuopeft.method.ChainedInitializer;
import io.github.tribuopeft.method.LabelTextInitializer;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixReparameterization;
import io.github.tribuopeft.method.RandomInitializer;
import io.github.tribuopeft.method.RandomPrefixInitializer;
import io.github.tribuopeft.method.SampledVocabularyInitializer;
import io.github.tribuopeft.method.TextInitializer;
import io.github.tribuopeft.method.TextPrefixInitializer;
import io.github.tribuopeft.minilm.MiniLm;
import io.github.tribuopeft.torchscript.TorchScriptDirectory;
import io.github.tribuopeft.training.TrainingOptions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.ServiceLoader.Provider;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The classes that a configuration may name. OLCUT would instantiate any class on the class path, so names are looked up here first; a
 * class that is not listed is not even loaded.
 */
final class Components {

    private static final List<Class<?>> TYPES = Stream.<Class<?>>concat(
                    Stream.<Class<?>>of(
                            PeftTrainer.class,
                            PeftSequenceTrainer.class,
                            TrainingOptions.class,
                            HuggingFaceDirectory.class,
                            MiniLm.class,
                            ModelFileCheckpoint.class,
                            PeftAdapterCheckpoint.class,
                            LabelHead.class,
                            SpanF1.class,
                            TokenF1.class,
                            SampledVocabularyInitializer.class,
                            LabelTextInitializer.class,
                            TextInitializer.class,
                            RandomInitializer.class,
                            ChainedInitializer.class,
                            TextPrefixInitializer.class,
                            RandomPrefixInitializer.class,
                            PrefixReparameterization.class),
                    ServiceLoader.load(PeftMethod.class).stream().map(Provider::type))
            .toList();

    private Components() {}

    /** Returns the class of a name that a configuration file holds; empty if files may not name it. */
    static Optional<Class<?>> named(String className) {
        return TYPES.stream()
                .filter(type -> type.getName().equals(EarlierNames.type(className)))
                .findFirst();
    }

    /**
     * Returns the component class of an interface by its short name, which is the class's simple name in small letters with hyphens:
     * {@code label-rows} for {@code LabelTextInitializer}.
     */
    static Optional<Class<?>> named(String shortName, Class<?> wanted) {
        return TYPES.stream()
                .filter(wanted::isAssignableFrom)
                .filter(type -> shortName(type).equals(shortName))
                .findFirst();
    }

    /** The short names of the component classes of an interface. */
    static SortedSet<String> shortNames(Class<?> wanted) {
        return TYPES.stream()
                .filter(wanted::isAssignableFrom)
                .map(Components::shortName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether the class runs a program that the user must name on the command line. */
    static boolean runsProgram(String className) {
        return EarlierNames.type(className).equals(TorchScriptDirectory.class.getName());
    }

    private static String shortName(Class<?> type) {
        return type.getSimpleName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }
}
