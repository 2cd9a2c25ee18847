package io.github.tribuopeft.data;

import io.github.tribuopeft.chat.ChatFormat;
import io.github.tribuopeft.chat.ChatMessage;
import io.github.tribuopeft.chat.ChatMessage.Role;
import io.github.tribuopeft.text.Text;
import java.util.List;
import java.util.stream.IntStream;
import org.tribuo.Example;

/**
 * Examples of language models: a prompt and the reply to it, or a plain text. The prompt is the text of the example
 * under {@value TextExampleExtractor#TEXT} in its metadata, and the reply is its output.
 */
public final class ReplyExamples {

    private static final TextExampleExtractor<Text> EXTRACTOR = new TextExampleExtractor<>();

    private ReplyExamples() {}

    /**
     * Returns an example of a reply.
     *
     * @param prompt everything before the reply, such as a chat that a template has rendered
     * @param reply the reply without an end token
     */
    public static Example<Text> reply(String prompt, String reply) {
        return EXTRACTOR.extract(new Text(reply), prompt);
    }

    /** Returns an example of a plain text, of which every token is predicted. */
    public static Example<Text> plainText(String text) {
        return reply("", text);
    }

    /**
     * Returns an example for each reply of the model in a conversation. Its prompt is that of a {@linkplain
     * io.github.tribuopeft.PeftTextModel#generate generated} reply at the same place: all messages before it.
     *
     * @param format the format in which the model converses after the training
     * @param messages the conversation
     * @throws IllegalArgumentException if the conversation has no reply of the model, begins with one, or has an order of
     *     roles that the format does not allow
     */
    public static List<Example<Text>> conversation(ChatFormat format, List<ChatMessage> messages) {
        if (messages.isEmpty() || messages.get(0).role() == Role.ASSISTANT) {
            throw new IllegalArgumentException("A conversation to learn from must begin with a message to the model,"
                    + " but " + (messages.isEmpty() ? "is empty" : "begins with a reply"));
        }
        List<Example<Text>> replies = IntStream.range(0, messages.size())
                .filter(i -> messages.get(i).role() == Role.ASSISTANT)
                .mapToObj(i -> reply(
                        format.prompt(messages.subList(0, i)),
                        format.reply(messages.get(i).content())))
                .toList();
        if (replies.isEmpty()) {
            throw new IllegalArgumentException(
                    "A conversation to learn from must have a reply of the model, but none of its " + messages.size()
                            + " messages is one");
        }
        return replies;
    }
}
