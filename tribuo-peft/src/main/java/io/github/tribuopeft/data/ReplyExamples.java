package io.github.tribuopeft.data;

import io.github.tribuopeft.text.Text;
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
}
