package io.github.tribuopeft.cli;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arguments of {@code serve}. The module of the server tests the rest. */
class ServeTest {

    @TempDir
    private Path folder;

    @Test
    void directoryAndHostAreChecked() {
        PeftTest.assertBadInput(
                PeftTest.run("serve", "--models", folder.resolve("none")), "serve: There is no directory");
        PeftTest.assertBadInput(PeftTest.run("serve", "--models", folder, "--host", "0.0.0.0"), "so it needs API keys");
        PeftTest.assertBadInput(PeftTest.run("serve", "--models", folder, "--queue", "0"), "expected a value above 0");
    }
}
