package io.github.tribuopeft.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tribuopeft.chat.ChatFormat;
import io.github.tribuopeft.chat.ChatMessage;
import io.github.tribuopeft.chat.SpeakerFormat;
import io.github.tribuopeft.text.Text;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tribuo.Example;

class ReplyExamplesTest {

    private static final ChatFormat FORMAT = new SpeakerFormat("Visitor", "Host");

    @Test
    void eachReplyOfAConversationIsAnExample() {
        List<Example<Text>> replies = ReplyExamples.conversation(
                FORMAT,
                List.of(
                        ChatMessage.system("A lighthouse."),
                        ChatMessage.user("Who are you?"),
                        ChatMessage.assistant("Marlow."),
                        ChatMessage.user("Alone?"),
                        ChatMessage.assistant("With the gulls."),
                        ChatMessage.user("Goodbye.")));

        assertThat(replies)
                .extracting(TextExampleExtractor::text)
                .containsExactly(
                        "A lighthouse.\nVisitor: Who are you?\nHost:",
                        "A lighthouse.\nVisitor: Who are you?\nHost: Marlow.\nVisitor: Alone?\nHost:");
        assertThat(replies)
                .extracting(reply -> reply.getOutput().text())
                .containsExactly(" Marlow.", " With the gulls.");
    }

    @Test
    void conversationsWithNothingToLearnAreErrors() {
        assertThatThrownBy(() -> ReplyExamples.conversation(FORMAT, List.of(ChatMessage.user("Hello?"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none of its 1 messages is one");
        assertThatThrownBy(() -> ReplyExamples.conversation(FORMAT, List.of(ChatMessage.assistant("Hello."))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("begins with a reply");
        assertThatThrownBy(() -> ReplyExamples.conversation(FORMAT, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is empty");
    }
}
