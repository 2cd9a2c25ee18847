package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.BackboneInterruptedException;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBertDirectory;
import io.github.tribuopeft.torchscript.TorchScriptDirectory;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of a backbone that are invalid, change or cannot be read. */
class UnsoundFilesTest {

    private static final String POINTER = "version https://git-lfs.github.com/spec/v1\n"
            + "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";

    @TempDir
    private Path directory;

    @BeforeEach
    void write() throws IOException {
        TinyBertDirectory.write(directory);
    }

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    private static void open(BackboneSource source) {
        Backbone.open(source, TestDevice.get(), Precision.FP32).close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "config.json",
                "tokenizer.json",
                "model.safetensors",
                "model.safetensors.index.json",
                "modules.json"
            })
    void gitLfsPointers(String file) throws IOException {
        if (file.endsWith("index.json")) {
            Files.delete(directory.resolve("model.safetensors"));
        }
        Files.writeString(directory.resolve(file), POINTER);
        assertThatThrownBy(() -> open(new HuggingFaceDirectory(directory)))
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining(directory.resolve(file) + " is a Git LFS pointer")
                .hasMessageContaining("git lfs pull");
    }

    @Test
    void gitLfsPointerOfAShard() throws IOException {
        Files.move(directory.resolve("model.safetensors"), directory.resolve("a.safetensors"));
        Files.writeString(
                directory.resolve("model.safetensors.index.json"), "{\"weight_map\":{\"x\":\"a.safetensors\"}}");
        Files.writeString(directory.resolve("a.safetensors"), POINTER);
        assertThatThrownBy(() -> open(new HuggingFaceDirectory(directory)))
                .hasMessageContaining("a.safetensors is a Git LFS pointer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.pt", "embeddings.safetensors", "torchscript.json", "tokenizer.json"})
    void gitLfsPointersOfTorchScript(String file) throws IOException {
        for (String other : new String[] {"model.pt", "embeddings.safetensors", "torchscript.json"}) {
            Files.copy(
                    Path.of("src/test/resources/io/github/tribuopeft/torchscript/"
                            + (other.equals("torchscript.json") ? "config.json" : other)),
                    directory.resolve(other));
        }
        Files.writeString(directory.resolve(file), POINTER);
        assertThatThrownBy(() -> open(new TorchScriptDirectory(directory)))
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining(file + " is a Git LFS pointer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "modules.json", "model.safetensors.index.json"})
    void deepJson(String file) throws IOException {
        if (file.endsWith("index.json")) {
            Files.delete(directory.resolve("model.safetensors"));
        }
        Files.writeString(directory.resolve(file), "[".repeat(2_000_000));
        assertThatThrownBy(() -> open(new HuggingFaceDirectory(directory)))
                .isInstanceOf(BackboneException.class)
                .hasMessageContaining(file + " is not valid JSON")
                .hasMessageContaining("nesting depth");
    }

    @Test
    void interrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> open(new HuggingFaceDirectory(directory)))
                .isInstanceOf(BackboneInterruptedException.class)
                .hasMessage("Opening backbone '" + directory.getFileName() + "' was interrupted");
        assertThat(Thread.interrupted()).isTrue();
        open(new HuggingFaceDirectory(directory));
    }

    /** The state changes if any file is edited or replaced. */
    @Test
    void fileState() throws IOException {
        HuggingFaceDirectory source = new HuggingFaceDirectory(directory);
        for (String file : new String[] {"config.json", "tokenizer.json", "model.safetensors"}) {
            Path path = directory.resolve(file);
            String before = source.fileState();
            assertThat(source.fileState()).isEqualTo(before);
            // replaced by a file with the same bytes and time
            FileTime time = Files.getLastModifiedTime(path);
            Path other = Files.copy(path, directory.resolve("other"));
            Files.move(other, path, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            Files.setLastModifiedTime(path, time);
            String replaced = source.fileState();
            assertThat(replaced).as(file).isNotEqualTo(before);
            // written to
            Files.setLastModifiedTime(path, FileTime.fromMillis(time.toMillis() + 1));
            assertThat(source.fileState()).as(file).isNotEqualTo(replaced);
        }
    }

    /** Java's exceptions have the path as their message, not the reason. */
    @Test
    void reasonsOfErrors() {
        assertThat(BackboneException.unreadable("x", new AccessDeniedException("/a/b")))
                .hasMessage("x cannot be read: permission denied");
        assertThat(BackboneException.unreadable("x", new NoSuchFileException("/a/b")))
                .hasMessage("x cannot be read: it does not exist");
        assertThat(BackboneException.unreadable("x", new IOException())).hasMessage("x cannot be read: IOException");
    }
}
