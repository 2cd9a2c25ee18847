package io.github.tribuopeft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Runs the shell script that tests the launcher {@code peft} with stubs of Maven and Java. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

    private static final Pattern OPTION =
            Pattern.compile("-XX:[\\w+]+(=\\d+)?|-Dfile\\S+|-Dai\\.djl\\S+|-Dtribuopeft\\.home=|--\\w+-[\\w=-]+");

    @Test
    void launcher() throws Exception {
        Process process = new ProcessBuilder("bash", "src/test/shell/launcher-test.sh", "" + Path.of("../../peft"))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("all launcher tests passed");
    }

    /** The launcher for Windows cannot run here. It passes the options for Java of the other one. */
    @Test
    void launcherForWindows() throws Exception {
        String windows = Files.readString(Path.of("../../peft.cmd"));
        List<String> options = OPTION.matcher(Files.readString(Path.of("../../peft")))
                .results()
                .map(MatchResult::group)
                .toList();
        assertThat(options).contains("-XX:MaxRAMPercentage=50", "-Dai.djl.offline=true", "-Dtribuopeft.home=");
        assertThat(windows).contains(options).contains("%PEFT_JAVA_OPTS%", "-jar \"%jar%\" %*");
        assertThat(windows).contains("-DskipTests -Dspotless.check.skip clean package");
    }
}
