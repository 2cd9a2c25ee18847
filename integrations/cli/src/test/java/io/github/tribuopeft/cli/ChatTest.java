package io.github.tribuopeft.cli;

import static io.github.tribuopeft.cli.PeftTest.assertBadInput;
import static io.github.tribuopeft.cli.PeftTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.cli.PeftTest.Outcome;
import io.github.tribuopeft.testing.GoldenFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversations on standard input, with a tiny Llama of random weights. */
class ChatTest {

    @TempDir
    private static Path folder;

    @BeforeAll
    static void train() throws IOException {
        Path data = Files.writeString(
                folder.resolve("replies.jsonl"), "{\"prompt\":\"the film is \",\"reply\":\"good\"}\n".repeat(4));
        Object[] arguments = {
            "train",
            "--task",
            "generation",
            "--train",
            data,
            "--epochs",
            1,
            "--method",
            "prefix-tuning",
            "--backbone",
            "?",
            "--output",
            "?"
        };
        for (String name : List.of("marlow", "ottilie", "other")) {
            arguments[10] = GoldenFiles.own()
                    .resolve(name.equals("other") ? "gpt2" : "llama")
                    .resolve("model");
            arguments[12] = folder.resolve(name + ".tribuo");
            Outcome outcome = run(arguments);
            assertThat(outcome.code()).as(outcome.err()).isZero();
        }
    }

    private static Outcome chat(String input, Object... more) {
        Object[] arguments = new Object[more.length + 5];
        System.arraycopy(more, 0, arguments, 5, more.length);
        arguments[0] = "chat";
        arguments[1] = "--model";
        arguments[2] = folder.resolve("marlow.tribuo");
        arguments[3] = "--max-tokens";
        arguments[4] = 5;
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            return run(arguments);
        } finally {
            System.setIn(before);
        }
    }

    private static Path ottilie() {
        return folder.resolve("ottilie.tribuo");
    }

    @Test
    void eachMessageHasAReply() {
        Outcome outcome = chat("the film\n\na song\n");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.err().lines().filter(line -> line.matches("\\[marlow: [1-5] tokens, .* per second]")))
                .hasSize(2);
        assertThat(outcome.out()).isNotBlank();
    }

    @Test
    void aReplyDependsOnTheConversation() {
        String first = chat("a song\n").out();
        assertThat(chat("the film\n/reset\na song\n").out()).endsWith(first);
        assertThat(chat("a song\n/quit\na song\n").out()).isEqualTo(first);
        assertThat(chat("a song\n", "--system", "the good film").out()).isNotEqualTo(first);
    }

    @Test
    void personasShareAConversation() {
        Outcome outcome = chat("/persona ottilie\nthe film\n/persona\n/persona marlo\n", "--model", ottilie());
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.err())
                .contains("The next reply is that of ottilie.")
                .contains("[ottilie: ")
                .contains("Expected a persona: marlow, ottilie")
                .contains("Unknown persona 'marlo'; expected one of marlow, ottilie; did you mean 'marlow'?");
    }

    @Test
    void commands() {
        assertThat(chat("/help\n/rest\n").err())
                .contains("/persona NAME  continue with another model: marlow")
                .contains("Unknown command '/rest'; expected one of /persona, /reset, /help, /quit;"
                        + " did you mean '/reset'?");
    }

    @Test
    void aConversationThatIsTooLongCanBeReset() {
        Outcome outcome = chat("the film ".repeat(500) + "\n/reset\nthe film\n");
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("is too long").contains("(/reset begins a new conversation)");
        assertThat(outcome.err()).contains("[marlow: ");
    }

    @Test
    void wrongInput() {
        assertBadInput(chat("", "--model", folder.resolve("other.tribuo")), "expected models on one backbone");
        assertBadInput(chat("", "--model", folder.resolve("marlow.tribuo")), "two files have the name 'marlow'");
        assertBadInput(chat("", "--speakers", "a"), "expected two names with a comma between them, but found a");
        assertBadInput(chat("", "--speakers", "a,a"), "two different names");
        assertBadInput(chat("", "--top-p", 2), "topP must be in (0, 1], but is 2.0");
    }
}
