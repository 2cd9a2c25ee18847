package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DjlModelTest {

    @TempDir
    private Path temporary;

    private Path directory;
    private Fingerprint expected;

    /** Unpacks the native libraries into DJL's default cache before the test changes the cache. */
    @BeforeAll
    static void loadLibraries() {
        Backbone.open(new TinyBert(), TestDevice.get(), Precision.FP32).close();
    }

    @BeforeEach
    void writeDirectory() throws IOException {
        directory = TinyBertDirectory.write(temporary.resolve("tiny"));
        expected = new HuggingFaceDirectory(directory).fingerprint();
        System.setProperty("DJL_CACHE_DIR", temporary.resolve("cache").toString());
    }

    @AfterEach
    void forgetCache() {
        System.clearProperty("DJL_CACHE_DIR");
    }

    private Path zip(String folder) throws IOException {
        Path zip = temporary.resolve("tiny.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (String name : List.of("config.json", "model.safetensors", "tokenizer.json")) {
                out.putNextEntry(new ZipEntry(folder + name));
                out.write(Files.readAllBytes(directory.resolve(name)));
                out.closeEntry();
            }
        }
        return zip;
    }

    private void assertTinyBackbone(DjlModel model) {
        assertThat(model.fingerprint()).isEqualTo(expected);
        try (Backbone backbone = Backbone.open(model, TestDevice.get(), Precision.FP32)) {
            assertThat(backbone.fingerprint()).isEqualTo(expected);
            assertThat(backbone.dimensions().hidden()).isEqualTo(16);
        }
    }

    @Test
    void directories() {
        assertTinyBackbone(new DjlModel(directory.toUri().toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tiny/"})
    void archives(String folder) throws IOException {
        assertTinyBackbone(new DjlModel(zip(folder).toUri().toString()));
    }

    @Test
    void provenanceContainsTheUrl() {
        DjlModel model = new DjlModel(directory.toUri().toString());
        try (ConfigurationManager manager = new ConfigurationManager()) {
            manager.addConfiguration(ProvenanceUtil.extractConfiguration(model.getProvenance()));
            DjlModel again = manager.lookupSingleton(DjlModel.class, false);
            assertThat(again).hasToString(model.toString());
            assertThat(again.fingerprint()).isEqualTo(expected);
        }
    }

    @Test
    void missingModel() {
        String url = temporary.resolve("elsewhere").toUri().toString();
        assertThatThrownBy(() -> new DjlModel(url).fingerprint())
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("elsewhere");
        assertThatThrownBy(() -> new DjlModel("gopher://host/tiny").fingerprint())
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining("gopher://host/tiny");
    }
}
