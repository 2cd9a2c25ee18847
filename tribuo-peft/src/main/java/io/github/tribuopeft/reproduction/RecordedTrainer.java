package io.github.tribuopeft.reproduction;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import com.oracle.labs.mlrg.olcut.provenance.primitives.IntProvenance;
import io.github.tribuopeft.ModelFileCheckpoint;
import io.github.tribuopeft.ModelFileRegistry;
import io.github.tribuopeft.PeftSequenceTrainer;
import io.github.tribuopeft.PeftTextTrainer;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.head.SpanF1;
import io.github.tribuopeft.head.TokenF1;
import io.github.tribuopeft.method.ChainedInitializer;
import io.github.tribuopeft.method.LabelTextInitializer;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixReparameterization;
import io.github.tribuopeft.method.RandomInitializer;
import io.github.tribuopeft.method.RandomPrefixInitializer;
import io.github.tribuopeft.method.SampledVocabularyInitializer;
import io.github.tribuopeft.method.TextInitializer;
import io.github.tribuopeft.method.TextPrefixInitializer;
import io.github.tribuopeft.training.TrainingOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tribuo.provenance.TrainerProvenance;

/**
 * Trainer that is rebuilt from its provenance. Only objects of allowed classes are created, because a provenance in a
 * file is not trusted.
 */
final class RecordedTrainer {

    /** Classes of this library that a recorded trainer may contain, and the methods on the class path. */
    private static final Set<String> ALLOWED_CLASSES = Stream.concat(
                    Stream.<Class<?>>of(
                            PeftTrainer.class,
                            PeftSequenceTrainer.class,
                            PeftTextTrainer.class,
                            TrainingOptions.class,
                            SpanF1.class,
                            TokenF1.class,
                            ModelFileCheckpoint.class,
                            PrefixReparameterization.class,
                            SampledVocabularyInitializer.class,
                            LabelTextInitializer.class,
                            TextInitializer.class,
                            RandomInitializer.class,
                            ChainedInitializer.class,
                            TextPrefixInitializer.class,
                            RandomPrefixInitializer.class),
                    ServiceLoader.load(PeftMethod.class).stream().map(ServiceLoader.Provider::type))
            .map(Class::getName)
            .collect(Collectors.toUnmodifiableSet());

    private final TrainerProvenance provenance;
    private final List<ConfigurationData> components;

    /** Names of the components that {@link #replace} has added; their classes need no check. */
    private final Set<String> verified = new HashSet<>();

    private RecordedTrainer(TrainerProvenance provenance) {
        this.provenance = provenance;
        this.components = new ArrayList<>(ProvenanceUtil.extractConfiguration(provenance));
    }

    /**
     * Reads the configuration of a trainer.
     *
     * @throws ReproductionException if the trainer is not one of this library, such as that of an imported adapter
     */
    static RecordedTrainer of(TrainerProvenance provenance) {
        if (!Stream.of(PeftTrainer.class, PeftSequenceTrainer.class, PeftTextTrainer.class)
                .map(Class::getName)
                .toList()
                .contains(provenance.getClassName())) {
            throw new ReproductionException("The model has no record of its training and cannot be reproduced: its"
                    + " provenance names the trainer " + provenance.getClassName()
                    + ". Imported adapters were trained by another library");
        }
        return new RecordedTrainer(provenance);
    }

    /**
     * Returns the number of the invocation of the trainer that trained the model.
     *
     * @throws ReproductionException if the provenance does not contain it
     */
    int invocation() {
        if (provenance.getInstanceValues().get(TrainerProvenance.TRAIN_INVOCATION_COUNT)
                instanceof IntProvenance count) {
            return count.getValue();
        }
        throw new ReproductionException("The provenance of the model has no value '"
                + TrainerProvenance.TRAIN_INVOCATION_COUNT + "', the number of the invocation");
    }

    /**
     * Replaces a component of the trainer.
     *
     * @param setting the name of the setting that refers to the component
     * @param component the configuration of the new component, whose files have been checked
     */
    void replace(String setting, ConfiguredObjectProvenance component) {
        ConfigurationData trainer = components.get(0);
        String replaced = trainer.get(setting).orElseThrow().toString();
        components.removeIf(configuration -> configuration.getName().equals(replaced));
        for (ConfigurationData part : ProvenanceUtil.extractConfiguration(component)) {
            ConfigurationData renamed =
                    new ConfigurationData(setting + "-" + part.getName(), part.getClassName(), part.getProperties());
            components.add(renamed);
            verified.add(renamed.getName());
        }
        trainer.add(
                setting,
                new SimpleProperty(setting + "-"
                        + ProvenanceUtil.extractConfiguration(component).get(0).getName()));
    }

    /** Changes a setting of the trainer. */
    void set(String setting, String value) {
        components.get(0).add(setting, new SimpleProperty(value));
    }

    /**
     * Creates the trainer.
     *
     * @param allowed names of additional classes that may be created
     * @throws ReproductionException if a class is not allowed or a setting is invalid
     */
    Configurable create(Set<String> allowed) {
        for (ConfigurationData component : components) {
            requireAllowed(component, allowed);
        }
        try (ConfigurationManager manager = new ConfigurationManager()) {
            components.forEach(manager::addConfiguration);
            return manager.lookup(components.get(0).getName());
        } catch (PropertyException e) {
            throw new ReproductionException("The trainer cannot be rebuilt: " + e.getMessage(), e);
        }
    }

    private void requireAllowed(ConfigurationData component, Set<String> allowed) {
        String type = component.getClassName();
        if (!verified.contains(component.getName())
                && !ALLOWED_CLASSES.contains(type)
                && !allowed.contains(type)
                && !ModelFileRegistry.isRegistered(type, OutputHead.class)) {
            throw new ReproductionException("The provenance of the trainer names class " + type
                    + ", which is not among the allowed classes. If you trust it, call Reproducer.Builder.allow");
        }
        component.getProperties().forEach((setting, value) -> {
            if (value.toString().contains("${")) {
                throw new ReproductionException("Setting '" + setting + "' of " + type
                        + " contains a variable such as ${name}, which is not supported");
            }
        });
    }
}
