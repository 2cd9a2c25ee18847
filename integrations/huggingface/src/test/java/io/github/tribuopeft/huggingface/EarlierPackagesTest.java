package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuopeft.EarlierNames;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.backbone.BackboneCatalog;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.huggingface.adapter.PeftAdapterCheckpoint;
import io.github.tribuopeft.huggingface.adapter.PeftAdapterDirectory;
import io.github.tribuopeft.huggingface.safetensors.Safetensors;
import io.github.tribuopeft.method.LinearProbe;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.method.SampledVocabularyInitializer;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.testing.TinyBertDirectory;
import io.github.tribuopeft.testing.TinyCheckpoint;
import io.github.tribuopeft.torchscript.TorchScriptDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tribuo.classification.Label;

/**
 * Model files that contain class names from before the module had several packages. {@link #main} wrote the files
 * when {@code TorchScriptDirectory} and {@code PeftAdapterCheckpoint} were in
 * {@code io.github.tribuopeft.huggingface}.
 */
class EarlierPackagesTest {

    private static final String TORCHSCRIPT = "torchscript-0.tribuo";
    private static final String RESUMED = "resumed-0.tribuo";

    @TempDir
    private Path folder;

    private static Path file(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(EarlierPackagesTest.class.getResource("earlier/" + name), name)
                .toURI());
    }

    /**
     * The file contains {@code io.github.tribuopeft.huggingface.TorchScriptDirectory} as the source of its backbone.
     */
    @Test
    void modelOfTorchScriptBackbone() throws IOException, URISyntaxException {
        try (PeftModel<?> loaded = PeftModel.load(file(TORCHSCRIPT))) {
            assertThatThrownBy(() -> scores(loaded))
                    .isInstanceOf(BackboneException.class)
                    .hasMessageContaining("the TorchScript module in /tmp/tribuo-peft/traced is a program");
            BackboneCatalog.register(traced(folder));
            assertThat(scores(loaded))
                    .containsExactly(
                            new double[] {0.534981623080747, 0.4937048989168786, 0.5301769256057146, 0.5179505016329886
                            },
                            within(1e-5));
        }
    }

    /**
     * The file contains {@code io.github.tribuopeft.huggingface.PeftAdapterCheckpoint} as the start of its training.
     */
    @Test
    void modelOfResumedTraining() throws IOException, URISyntaxException {
        BackboneCatalog.register(tiny(folder));
        try (PeftModel<?> loaded = PeftModel.load(file(RESUMED))) {
            assertThat(scores(loaded))
                    .containsExactly(
                            new double[] {0.6227143564399152, 0.2739089828235994, 0.6843506829130589, 0.6516796109896166
                            },
                            within(1e-5));
            ConfigurationManager manager = new ConfigurationManager();
            manager.addConfiguration(
                    ProvenanceUtil.extractConfiguration(loaded.getProvenance().getTrainerProvenance()));
            assertThat(manager.lookupAll(PeftAdapterCheckpoint.class))
                    .singleElement()
                    .hasToString("PeftAdapterCheckpoint(/tmp/tribuo-peft/adapter)");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "AdapterStart, io.github.tribuopeft.huggingface.adapter.PeftAdapterCheckpoint",
        "PeftAdapterCheckpoint, io.github.tribuopeft.huggingface.adapter.PeftAdapterCheckpoint",
        "TorchScriptDirectory, io.github.tribuopeft.torchscript.TorchScriptDirectory",
        "HuggingFaceDirectory, io.github.tribuopeft.huggingface.HuggingFaceDirectory",
        "DjlModel, io.github.tribuopeft.huggingface.DjlModel"
    })
    void earlierNames(String earlier, Class<?> present) {
        assertThat(EarlierNames.type("io.github.tribuopeft.huggingface." + earlier))
                .isEqualTo(present.getName());
    }

    private static double[] scores(PeftModel<?> model) {
        return Fixtures.scores(model.castModel(Label.class), Fixtures.opinions(4));
    }

    /** The tensors are in the order of their names, so the files have the same fingerprint in every run. */
    private static BackboneSource tiny(Path folder) throws IOException {
        Path directory = TinyBertDirectory.write(folder.resolve("tiny"));
        try (TinyCheckpoint tiny = new TinyBert().open()) {
            Safetensors.write(directory.resolve("model.safetensors"), tiny.weights(), Map.of());
        }
        return new HuggingFaceDirectory(directory);
    }

    /** The number of positions differs from other tests, so they do not register the same backbone. */
    private static BackboneSource traced(Path folder) throws IOException {
        Path directory = Files.createDirectories(folder.resolve("traced"));
        for (String name : new String[] {"model.pt", "embeddings.safetensors"}) {
            try (InputStream in = Objects.requireNonNull(TorchScriptDirectory.class.getResourceAsStream(name), name)) {
                Files.write(directory.resolve(name), in.readAllBytes());
            }
        }
        Files.writeString(directory.resolve("torchscript.json"), "{\"positions\": 47}");
        try (TinyCheckpoint tiny = new TinyBert().open()) {
            Files.write(directory.resolve("tokenizer.json"), tiny.tokenizer().readAllBytes());
        }
        return new TorchScriptDirectory(directory);
    }

    /** Writes the model files into a folder and prints the scores of the models. */
    public static void main(String[] arguments) throws IOException {
        Path out = Path.of(arguments[0]);
        Path folder = Files.createDirectories(Path.of("/tmp/tribuo-peft"));
        try (PeftModel<Label> model = Fixtures.trainer(new LinearProbe())
                .backbone(traced(folder))
                .build()
                .train(Fixtures.opinions(8))) {
            model.serializeToFile(out.resolve(TORCHSCRIPT));
            System.out.println(Arrays.toString(scores(model)));
        }
        PromptTuning method = new PromptTuning(2, new SampledVocabularyInitializer(), Placement.BEFORE);
        BackboneSource tiny = tiny(folder);
        Path adapter = folder.resolve("adapter");
        try (PeftModel<Label> model =
                Fixtures.trainer(method).backbone(tiny).build().train(Fixtures.opinions(8))) {
            PeftAdapterDirectory.write(model, "tiny", adapter);
        }
        try (PeftModel<Label> model = Fixtures.trainer(method)
                .backbone(tiny)
                .resumeFrom(new PeftAdapterCheckpoint(adapter))
                .build()
                .train(Fixtures.opinions(8))) {
            model.serializeToFile(out.resolve(RESUMED));
            System.out.println(Arrays.toString(scores(model)));
        }
    }
}
