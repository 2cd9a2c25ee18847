package io.github.tribuopeft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Runs the shell script that tests the launcher {@code peft} with stubs of Maven and Java. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

    @Test
    void launcher() throws Exception {
        Process process = new ProcessBuilder("bash", "src/test/shell/launcher-test.sh", "" + Path.of("../../peft"))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("all launcher tests passed");
    }
}
