package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.backbone.BackboneCatalog;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.ForgedModel;
import io.github.tribuopeft.testing.LoopbackListener;
import io.github.tribuopeft.testing.TinyBertDirectory;
import io.github.tribuopeft.torchscript.TorchScriptDirectory;
import io.github.tribuopeft.training.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;

/** Locations of backbones in model files, and their limits. */
class RememberedBackboneTest {

    private static final MutableDataset<Label> OPINIONS = Fixtures.opinions(8);

    @TempDir
    private Path folder;

    private Path directory;
    private Fingerprint fingerprint;

    /** Writes a backbone that no other test registers. */
    @BeforeEach
    void write() throws IOException {
        directory = TinyBertDirectory.write(folder.resolve("tiny"));
        Path config = directory.resolve("config.json");
        Files.writeString(
                config, Files.readString(config).replaceFirst("\\{", "{\"test\": \"" + UUID.randomUUID() + "\","));
        fingerprint = new HuggingFaceDirectory(directory).fingerprint();
    }

    private static PeftModel<Label> train(BackboneSource source, Runnable meanwhile) {
        return Fixtures.trainer(PrefixTuning.builder().virtualTokens(1).build())
                .backbone(source)
                .listener(new TrainingListener() {
                    @Override
                    public void onStart(TrainingStart start) {
                        meanwhile.run();
                    }
                })
                .build()
                .train(OPINIONS);
    }

    private Path save(PeftModel<Label> model) throws IOException {
        Path file = folder.resolve("model.tribuo");
        model.serializeToFile(file);
        return file;
    }

    private static double[] scores(Path file) throws IOException {
        try (PeftModel<?> loaded = PeftModel.load(file)) {
            return Fixtures.scores(loaded.castModel(Label.class), OPINIONS);
        }
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void directoryThatIsMovedDuringTraining() throws IOException {
        Path away = folder.resolve("away");
        try (PeftModel<Label> model = train(new HuggingFaceDirectory(directory), () -> move(directory, away))) {
            assertThat(model.backbone().fingerprint()).isEqualTo(fingerprint);
            assertThat(model.getProvenance().toString()).contains(fingerprint.config());
            Path file = save(model);
            assertThatThrownBy(() -> scores(file))
                    .isInstanceOf(BackboneException.class)
                    .hasMessageContaining("There is no backbone directory " + directory);
            move(away, directory);
            assertThat(scores(file)).containsExactly(Fixtures.scores(model, OPINIONS));
        }
    }

    @Test
    void directoryThatIsReplacedDuringTraining() throws IOException {
        Path config = directory.resolve("config.json");
        Path away = folder.resolve("config.json");
        Files.writeString(away, Files.readString(config).replace("1.0E-12", "1.0E-5"));
        Path sound = Files.copy(config, folder.resolve("sound.json"));
        try (PeftModel<Label> model = train(new HuggingFaceDirectory(directory), () -> move(away, config))) {
            assertThat(model.backbone().fingerprint()).isEqualTo(fingerprint);
            Path file = save(model);
            assertThatThrownBy(() -> scores(file))
                    .isInstanceOf(BackboneException.class)
                    .hasMessageContaining("another configuration");
            move(sound, config);
            assertThat(scores(file)).containsExactly(Fixtures.scores(model, OPINIONS));
        }
    }

    /** A model file can be read from another working directory. */
    @Test
    void relativePathsAreStoredAsAbsolutePaths() throws IOException {
        Path relative = Path.of("").toAbsolutePath().relativize(directory);
        try (PeftModel<Label> model = train(new HuggingFaceDirectory(relative), () -> {})) {
            Path file = save(model);
            assertThat(scores(file)).containsExactly(Fixtures.scores(model, OPINIONS));
            try (PeftModel<?> loaded = PeftModel.load(file)) {
                assertThat(loaded.backbone().source().orElseThrow())
                        .hasToString("HuggingFaceDirectory(" + directory + ")");
            }
        }
    }

    static Stream<Arguments> locations() {
        return Stream.of(
                Arguments.of(DjlModel.class, "url", "URL in a model file is not opened"),
                Arguments.of(TorchScriptDirectory.class, "directory", "--backbone"),
                Arguments.of(HuggingFaceDirectory.class, "directory", "absolute path on a local disk"));
    }

    /** Locations are ignored although the backbone there has the right fingerprint. */
    @ParameterizedTest
    @MethodSource("locations")
    void locationsThatAreIgnored(Class<?> source, String setting, String reason) throws IOException {
        try (LoopbackListener listener = new LoopbackListener();
                PeftModel<Label> model = train(new HuggingFaceDirectory(directory), () -> {})) {
            ForgedModel forged = new ForgedModel(model.serialize());
            for (String location : new String[] {
                listener.url(), "file:" + directory, "//127.0.0.1/share", "\\\\127.0.0.1\\share", "tiny"
            }) {
                Path file =
                        Files.write(folder.resolve("forged.tribuo"), forged.parts(parts -> parts.getBackboneBuilder()
                                .setSource(ForgedModel.component(source.getName(), Map.of(setting, location)))));
                assertThatThrownBy(() -> scores(file))
                        .isInstanceOf(BackboneException.class)
                        .hasMessageContainingAll(location, reason);
            }
            assertThat(listener.connections()).isZero();
        }
    }

    @Test
    void registeredUrlsAndProgramsAreUsed() throws IOException {
        try (PeftModel<Label> model = train(new DjlModel(directory.toUri().toString()), () -> {})) {
            Path file = save(model);
            assertThatThrownBy(() -> scores(file))
                    .isInstanceOf(BackboneException.class)
                    .hasMessageContaining("BackboneCatalog.register(new DjlModel(url))");
            BackboneCatalog.register(new DjlModel(directory.toUri().toString()));
            assertThat(scores(file)).containsExactly(Fixtures.scores(model, OPINIONS));
        }
    }

    /** A directory with a different fingerprint is hashed, but not opened. */
    @Test
    void otherDirectoriesAreNotOpened() throws IOException {
        try (PeftModel<Label> model = train(new HuggingFaceDirectory(directory), () -> {})) {
            Path other = Files.createDirectory(folder.resolve("other"));
            for (String name : new String[] {"config.json", "model.safetensors", "tokenizer.json"}) {
                Files.writeString(other.resolve(name), "correct horse battery staple");
            }
            Path file = Files.write(
                    folder.resolve("forged.tribuo"),
                    new ForgedModel(model.serialize()).parts(parts -> parts.getBackboneBuilder()
                            .setSource(ForgedModel.component(
                                    HuggingFaceDirectory.class.getName(),
                                    Map.of("directory", Objects.toString(other))))));
            assertThatThrownBy(() -> scores(file))
                    .isInstanceOf(BackboneException.class)
                    .hasMessageContaining("'other'")
                    .hasMessageNotContaining("horse");
        }
    }
}
