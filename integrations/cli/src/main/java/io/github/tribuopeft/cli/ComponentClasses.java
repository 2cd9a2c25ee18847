package io.github.tribuopeft.cli;

import io.github.tribuopeft.EarlierNames;
import io.github.tribuopeft.ModelFileCheckpoint;
import io.github.tribuopeft.head.SpanF1;
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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.ServiceLoader.Provider;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Classes that a configuration may name. OLCUT would instantiate any class on the class path, so every name is looked
 * up here first. A class that is not in the list is not loaded.
 */
final class ComponentClasses {

    private static final Map<String, Class<?>> EARLIER_SHORT_NAMES = Map.of(
            "vocabulary-rows", SampledVocabularyInitializer.class,
            "label-rows", LabelTextInitializer.class,
            "text-rows", TextInitializer.class,
            "random-rows", RandomInitializer.class,
            "rows-in-turn", ChainedInitializer.class);

    private static final List<Class<?>> TYPES = Stream.of(
                    ofTasks(),
                    Stream.of(
                            TrainingOptions.class,
                            HuggingFaceDirectory.class,
                            MiniLm.class,
                            ModelFileCheckpoint.class,
                            PeftAdapterCheckpoint.class,
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
                    ServiceLoader.load(PeftMethod.class).stream().<Class<?>>map(Provider::type))
            .<Class<?>>flatMap(types -> types)
            .distinct()
            .toList();

    private ComponentClasses() {}

    /** Returns the trainers, heads and metrics of all tasks. */
    private static Stream<Class<?>> ofTasks() {
        return Arrays.stream(Task.values())
                .map(task -> task.definition().components())
                .flatMap(task -> Stream.concat(Stream.of(task.trainer()), task.others().values().stream()));
    }

    /** Returns the class of a name in a configuration file; empty if configuration files may not name it. */
    static Optional<Class<?>> named(String className) {
        return TYPES.stream()
                .filter(type -> type.getName().equals(EarlierNames.type(className)))
                .findFirst();
    }

    /**
     * Finds an implementation of an interface by its short name: the simple name in lower case with hyphens, without
     * the suffix {@code Initializer}. {@code LabelTextInitializer} has the short name {@code label-text}.
     */
    static Optional<Class<?>> named(String shortName, Class<?> component) {
        return TYPES.stream()
                .filter(component::isAssignableFrom)
                .filter(type -> shortName(type).equals(shortName) || type.equals(EARLIER_SHORT_NAMES.get(shortName)))
                .findFirst();
    }

    /** Returns the short names of the implementations of an interface. */
    static SortedSet<String> shortNames(Class<?> component) {
        return TYPES.stream()
                .filter(component::isAssignableFrom)
                .map(ComponentClasses::shortName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns whether a class runs a program of its own, so that the user must name it on the command line. */
    static boolean runsProgram(String className) {
        return EarlierNames.type(className).equals(TorchScriptDirectory.class.getName());
    }

    /** Returns the short name of a class. */
    static String shortName(Class<?> type) {
        return type.getSimpleName()
                .replaceFirst("Initializer$", "")
                .replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-")
                .toLowerCase(Locale.ROOT);
    }
}
