package io.github.tribuopeft.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressLineTest {

    private static final List<String> DETAILS = List.of("30/120", "loss 0.213", "dev accuracy 0.8712");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int columns = 100;
    private final ProgressLine line =
            new ProgressLine(new PrintStream(bytes, true, StandardCharsets.UTF_8), () -> columns);

    private String drawn() {
        String text = bytes.toString(StandardCharsets.UTF_8);
        bytes.reset();
        return text;
    }

    @Test
    void firstLineAndLastLine() {
        line.show("lora", 0, 120, List.of("0/120"));
        assertThat(drawn()).isEqualTo("\rlora   0% |                    | 0/120");
        line.show("lora", 120, 120, List.of("120/120"));
        assertThat(drawn()).isEqualTo("\rlora 100% |====================| 120/120");
        line.end();
        assertThat(drawn()).isEqualTo("\rlora 100% |====================| 120/120\n");
    }

    /** The bar becomes shorter first, then details are left out; nothing reaches the last column. */
    @Test
    void lineFitsTheTerminal() {
        line.show("prefix-tuning", 0, 120, DETAILS);
        assertThat(drawn())
                .isEqualTo("\rprefix-tuning   0% |                    | 30/120, loss 0.213, dev accuracy 0.8712");
        String wide = "";
        for (columns = 100; columns > 0; columns--) {
            bytes.reset();
            line.clear();
            bytes.reset();
            line.show("prefix-tuning", 0, 120, DETAILS);
            String found = drawn().substring(1);
            assertThat(found.length()).isLessThanOrEqualTo(Math.max(1, columns - 1));
            if (columns == 61) {
                wide = found;
            }
        }
        assertThat(wide).isEqualTo("prefix-tuning   0% |                    | 30/120, loss 0.213");
    }

    @Test
    void linesAboveStay() {
        line.show("lora", 0, 10, List.of("0/10"));
        drawn();
        line.println("epoch 1/3: loss 0.5");
        String blank = " ".repeat("lora   0% |                    | 0/10".length());
        assertThat(drawn()).isEqualTo("\r" + blank + "\repoch 1/3: loss 0.5\n\rlora   0% |                    | 0/10");
        line.clear();
        assertThat(drawn()).isEqualTo("\r" + blank + "\r");
        line.println("epoch 2/3");
        assertThat(drawn()).isEqualTo("epoch 2/3\n");
    }

    /** A shorter line covers the longer one that it replaces; what is not drawn yet is drawn at the end. */
    @Test
    void endDrawsTheLatestState() {
        line.show("lora", 0, 10, List.of("0/10", "loss 1.000"));
        drawn();
        line.show("lora", 4, 10, List.of("4/10"));
        assertThat(drawn()).isEmpty();
        line.end();
        assertThat(drawn()).matches("\rlora  40% \\|={8} {12}\\| \\d:\\d\\d left, 4/10 *\n");
    }

    /** After the terminal became narrower, neither the line nor the blanks that cover the longer one wrap. */
    @Test
    void narrowerTerminal() {
        line.show("prefix-tuning", 0, 120, DETAILS);
        columns = 40;
        drawn();
        line.show("prefix-tuning", 120, 120, List.of("120/120"));
        assertThat(drawn()).isEqualTo("\rprefix-tuning 100% |==========| 120/120");
        columns = 20;
        line.println("epoch 3/3");
        assertThat(drawn()).isEqualTo("\r" + " ".repeat(19) + "\repoch 3/3\n\rprefix-tuning 100%");
        line.end();
        assertThat(drawn()).isEqualTo("\rprefix-tuning 100%\n");
    }
}
