package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import io.github.tribuopeft.method.LinearProbe;
import io.github.tribuopeft.testing.ConfigurableClasses;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.ObservedHead;
import io.github.tribuopeft.testing.TinyBert;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.classification.Label;

/** Writing of model files. */
class ModelFileWriteTest {

    @TempDir
    private static Path folder;

    private static PeftModel<Label> model;

    @BeforeAll
    static void train() {
        model = Fixtures.trainer(new LinearProbe()).build().train(Fixtures.opinions(8));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void fileAndStreamContainTheMessage() throws IOException {
        Path file = folder.resolve("model.tribuo");
        Files.writeString(file, "an old model");
        model.serializeToFile(file);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        model.serializeToStream(stream);
        assertThat(Files.readAllBytes(file))
                .isEqualTo(model.serialize().toByteArray())
                .isEqualTo(stream.toByteArray());
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file); // and no temporary file
        }
        Files.delete(file);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fullDiskErrorNamesTheFile() {
        assertThatThrownBy(() -> model.serializeToFile(Path.of("/dev/full")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/dev/full cannot be written: No space left on device");
    }

    @Test
    void pathsThatCannotBeWritten() throws IOException {
        Path parent = Files.writeString(folder.resolve("parent"), "a file");
        assertThatThrownBy(() -> model.serializeToFile(parent.resolve("model.tribuo")))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(parent.resolve("model.tribuo") + " cannot be written: ", "parent");
        assertThat(parent).hasContent("a file");
        Files.delete(parent);
        assertThatThrownBy(() -> model.serializeToFile(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(folder + " cannot be written: ");
    }

    @Test
    void symbolicLinksAreKept() throws IOException {
        Path file = Files.createFile(folder.resolve("linked.tribuo"));
        Path link = Files.createSymbolicLink(folder.resolve("link.tribuo"), file);
        model.serializeToFile(link);
        assertThat(link).isSymbolicLink();
        assertThat(file).hasBinaryContent(model.serialize().toByteArray());
        Files.delete(link);
        Files.delete(file);
    }

    /** A head that cannot be read again is an error when it is saved, and an existing file is kept. */
    @Test
    void headThatIsNotRegisteredCannotBeSaved() throws IOException {
        Path file = folder.resolve("model.tribuo");
        Files.writeString(file, "an old model");
        try (PeftModel<Label> unregistered = PeftTrainer.builder(new ObservedHead())
                .backbone(new TinyBert())
                .method(new LinearProbe())
                .build()
                .train(Fixtures.opinions(8))) {
            assertThatThrownBy(() -> unregistered.serializeToFile(file))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContainingAll("ObservedHead", "ModelFileRegistry.register");
        }
        assertThat(file).hasContent("an old model");
        Files.delete(file);
    }

    /** Otherwise a model could be saved but not loaded. */
    @Test
    void everyProvenanceOnTheClassPathIsRegistered() {
        assertThat(ConfigurableClasses.find(ObjectProvenance.class))
                .filteredOn(ModelFileWriteTest::isMadeOfAMap)
                .extracting(Class::getName)
                .hasSizeGreaterThan(30)
                .allMatch(ModelFileRegistry::isProvenance);
    }

    private static boolean isMadeOfAMap(Class<?> type) {
        try {
            type.getConstructor(Map.class);
            return true;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    @Test
    void modelTooLargeForAFileIsAnError() {
        assertThat(ModelFiles.holds(500_000_000)).isTrue();
        assertThat(ModelFiles.holds(520_000_000)).isFalse();
    }
}
