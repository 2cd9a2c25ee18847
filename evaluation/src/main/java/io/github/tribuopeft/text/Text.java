package io.github.tribuopeft.text;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.tribuopeft.text.protos.TextProto;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.tribuo.Output;
import org.tribuo.protos.core.OutputProto;

/**
 * Text as an output: the reply to a prompt, or a text without a prompt. A language model scores the text: it adds the
 * log-likelihood and the number of tokens of its tokenizer.
 */
public final class Text implements Output<Text> {

    private static final long serialVersionUID = 1L;

    /** Version of the protobuf. */
    public static final int CURRENT_VERSION = 0;

    private final String text;
    private final double logLikelihood;
    private final int tokens;

    /** Creates a text that no model has scored. */
    public Text(String text) {
        this(text, 0, Double.NaN);
    }

    /**
     * Creates a text that a model has scored.
     *
     * @param tokens number of tokens that the model predicted, the end token included; 0 for a text without a score
     * @param logLikelihood sum of the logarithms of their probabilities, in nats
     */
    public Text(String text, int tokens, double logLikelihood) {
        this.text = Objects.requireNonNull(text, "text");
        if (tokens < 0) {
            throw new IllegalArgumentException("The number of tokens must not be negative, but is " + tokens);
        }
        this.tokens = tokens;
        this.logLikelihood = tokens == 0 ? Double.NaN : logLikelihood;
    }

    /**
     * Reads a text from a protobuf of Tribuo.
     *
     * @throws InvalidProtocolBufferException if the message is not a text
     * @throws IllegalArgumentException if it has a later version
     */
    public static Text deserializeFromProto(int version, String className, Any message)
            throws InvalidProtocolBufferException {
        TextVersions.require(version, CURRENT_VERSION);
        TextProto proto = message.unpack(TextProto.class);
        return new Text(proto.getText(), proto.getTokens(), proto.getLogLikelihood());
    }

    /** Returns the text. */
    public String text() {
        return text;
    }

    /** Returns the number of tokens that a model predicted, the end token included; 0 if the text has no score. */
    public int tokens() {
        return tokens;
    }

    /** Returns the log-likelihood in nats; NaN if the text has no score. */
    public double logLikelihood() {
        return logLikelihood;
    }

    /** Returns the number of bytes in UTF-8. */
    public long bytes() {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Returns whether this is the output of an example without an output. */
    public boolean isUnknown() {
        return equals(TextFactory.UNKNOWN_TEXT);
    }

    @Override
    public Text copy() {
        return new Text(text, tokens, logLikelihood);
    }

    /** Returns the text, followed by the log-likelihood if it has one and {@code includeScores} is set. */
    @Override
    public String getSerializableForm(boolean includeScores) {
        return includeScores && tokens > 0 ? text + "," + logLikelihood : text;
    }

    @Override
    public boolean fullEquals(Text other) {
        return fullEquals(other, 0.0);
    }

    @Override
    public boolean fullEquals(Text other, double tolerance) {
        return equals(other)
                && tokens == other.tokens
                && (tokens == 0 || Math.abs(logLikelihood - other.logLikelihood) <= tolerance);
    }

    @Override
    public OutputProto serialize() {
        TextProto.Builder proto = TextProto.newBuilder().setText(text).setTokens(tokens);
        if (tokens > 0) {
            proto.setLogLikelihood(logLikelihood);
        }
        return OutputProto.newBuilder()
                .setVersion(CURRENT_VERSION)
                .setClassName(Text.class.getName())
                .setSerializedData(Any.pack(proto.build()))
                .build();
    }

    /** Returns whether the other object has the same text; scores do not matter, as in Tribuo's labels. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Text that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
