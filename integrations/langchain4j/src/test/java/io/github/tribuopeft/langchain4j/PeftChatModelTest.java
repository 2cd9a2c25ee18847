package io.github.tribuopeft.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import io.github.tribuopeft.PeftTextModel;
import io.github.tribuopeft.PeftTextTrainer;
import io.github.tribuopeft.chat.SpeakerFormat;
import io.github.tribuopeft.data.ReplyFileSource;
import io.github.tribuopeft.generation.Generation;
import io.github.tribuopeft.generation.GenerationRequest;
import io.github.tribuopeft.huggingface.HuggingFaceDirectory;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.testing.GoldenFiles;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.MutableDataset;

/** Chat models over a tiny Llama with random weights. */
class PeftChatModelTest {

    private static final SpeakerFormat FORMAT = new SpeakerFormat("Visitor", "Host");
    private static final ChatRequestParameters NONE =
            ChatRequestParameters.builder().build();

    private static PeftTextModel model;

    @BeforeAll
    static void train(@TempDir Path folder) throws IOException {
        Path data = Files.writeString(
                folder.resolve("replies.jsonl"), "{\"prompt\": \"the film is\", \"reply\": \" good\"}\n");
        model = PeftTextTrainer.builder()
                .backbone(new HuggingFaceDirectory(
                        GoldenFiles.own().resolve("llama").resolve("model")))
                .method(new PrefixTuning())
                .options(TrainingOptions.builder().epochs(1).build())
                .developmentFraction(0)
                .build()
                .train(new MutableDataset<>(new ReplyFileSource(data)));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static ChatRequest request(ChatRequestParameters parameters, ChatMessage... messages) {
        return ChatRequest.builder().messages(messages).parameters(parameters).build();
    }

    private static ChatResponse chat(ChatRequestParameters parameters, ChatMessage... messages) {
        return new PeftChatModel(model, FORMAT).chat(request(parameters, messages));
    }

    private static ChatRequestParameters tokens(int count) {
        return ChatRequestParameters.builder().maxOutputTokens(count).build();
    }

    @Test
    void aReplyIsTheGeneratedText() {
        Generation expected =
                model.generate(GenerationRequest.greedy("the film\nVisitor: a song\nHost: good\nVisitor: b\nHost:")
                        .withMaxTokens(6)
                        .withStop(List.of("\n")));
        ChatResponse response = chat(
                tokens(6),
                SystemMessage.from("the film"),
                UserMessage.from("a song"),
                AiMessage.from("good"),
                UserMessage.from("b"));
        assertThat(response.aiMessage().text()).isEqualTo(expected.text().stripLeading());
        assertThat(response.tokenUsage().inputTokenCount()).isEqualTo(expected.promptTokens());
        assertThat(response.tokenUsage().outputTokenCount())
                .isEqualTo(expected.ids().size());
        assertThat(response.finishReason().name())
                .isEqualTo(expected.finishReason().name());
    }

    @Test
    void lengthAndStopEndAReply() {
        ChatResponse whole = chat(tokens(8), UserMessage.from("film"));
        assertThat(whole.finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(whole.tokenUsage().outputTokenCount()).isEqualTo(8);
        String text = whole.aiMessage().text();
        String stop = text.substring(text.length() / 2);
        ChatResponse stopped = chat(
                ChatRequestParameters.builder()
                        .maxOutputTokens(8)
                        .stopSequences(stop)
                        .build(),
                UserMessage.from("film"));
        assertThat(stopped.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(stopped.aiMessage().text()).isEqualTo(text.substring(0, text.indexOf(stop)));
    }

    @Test
    void samplingParameters() {
        ChatRequestParameters sampling = ChatRequestParameters.builder()
                .temperature(5.0)
                .maxOutputTokens(8)
                .build();
        UserMessage message = UserMessage.from("film");
        String greedy = chat(tokens(8), message).aiMessage().text();
        assertThat(chat(sampling, message).aiMessage().text())
                .isNotEqualTo(greedy)
                .isEqualTo(chat(sampling, message).aiMessage().text());
        assertThat(chat(
                                sampling.overrideWith(
                                        ChatRequestParameters.builder().topK(1).build()),
                                message)
                        .aiMessage()
                        .text())
                .isEqualTo(greedy);
        assertThat(chat(
                                sampling.overrideWith(ChatRequestParameters.builder()
                                        .topP(1e-6)
                                        .build()),
                                message)
                        .aiMessage()
                        .text())
                .isEqualTo(greedy);
        assertThatThrownBy(() -> chat(ChatRequestParameters.builder().topP(2.0).build(), message))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topP must be in (0, 1], but is 2.0");
    }

    @Test
    void defaultParameters() {
        assertThat(new PeftChatModel(model, FORMAT, tokens(3))
                        .chat(request(NONE, UserMessage.from("film")))
                        .tokenUsage()
                        .outputTokenCount())
                .isEqualTo(3);
    }

    @Test
    void unsupportedRequestsAreRefused() {
        UserMessage film = UserMessage.from("film");
        ToolSpecification tool = ToolSpecification.builder().name("clock").build();
        for (ChatRequestParameters parameters : List.of(
                ChatRequestParameters.builder().modelName("a").build(),
                ChatRequestParameters.builder().frequencyPenalty(0.5).build(),
                ChatRequestParameters.builder().presencePenalty(0.5).build(),
                ChatRequestParameters.builder().toolChoice(ToolChoice.REQUIRED).build(),
                ChatRequestParameters.builder().toolSpecifications(tool).build(),
                ChatRequestParameters.builder()
                        .responseFormat(ResponseFormat.JSON)
                        .build())) {
            assertThatThrownBy(() -> chat(parameters, film))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("is not supported; expected only temperature");
            assertThatThrownBy(() -> new PeftChatModel(model, FORMAT, parameters))
                    .isInstanceOf(UnsupportedFeatureException.class);
        }
        assertThatThrownBy(() -> chat(NONE, UserMessage.from(ImageContent.from("http://localhost/cat.png"))))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("other contents than one text");
        assertThatThrownBy(() -> chat(NONE, film, ToolExecutionResultMessage.from("1", "clock", "noon")))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("TOOL_EXECUTION_RESULT");
    }

    /** Handler that records its calls and cancels after a number of parts. */
    private static final class Recorder implements StreamingChatResponseHandler {
        private final StringBuilder text = new StringBuilder();
        private final AtomicReference<ChatResponse> response = new AtomicReference<>();
        private final AtomicReference<Throwable> error = new AtomicReference<>();
        private int partsLeft;

        Recorder(int parts) {
            partsLeft = parts;
        }

        @Override
        public void onPartialResponse(PartialResponse part, PartialResponseContext context) {
            text.append(part.text());
            if (--partsLeft == 0) {
                context.streamingHandle().cancel();
            }
        }

        @Override
        public void onCompleteResponse(ChatResponse complete) {
            response.set(complete);
        }

        @Override
        public void onError(Throwable thrown) {
            error.set(thrown);
        }
    }

    private static Recorder stream(int parts, ChatRequestParameters parameters) {
        Recorder recorder = new Recorder(parts);
        new PeftStreamingChatModel(model, FORMAT, NONE, Runnable::run)
                .chat(request(parameters, UserMessage.from("film")), recorder);
        return recorder;
    }

    @Test
    void streamedPartsAreTheReply() {
        Recorder recorder = stream(Integer.MAX_VALUE, tokens(8));
        ChatResponse expected = chat(tokens(8), UserMessage.from("film"));
        assertThat(recorder.response.get().aiMessage()).isEqualTo(expected.aiMessage());
        assertThat(recorder.text).hasToString(expected.aiMessage().text());
        assertThat(recorder.error.get()).isNull();
    }

    @Test
    void aCancelledResponseIsNotCompleted() {
        Recorder recorder = stream(2, tokens(8));
        assertThat(recorder.partsLeft).isZero();
        assertThat(recorder.response.get()).isNull();
        assertThat(recorder.error.get()).isNull();
    }

    @Test
    void errorsArePassedToTheHandler() {
        Recorder recorder = stream(1, tokens(100_000));
        assertThat(recorder.error.get())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("too long");
        assertThat(recorder.response.get()).isNull();
    }

    @Test
    void theModelStaysOpen() {
        chat(tokens(1), UserMessage.from("film"));
        assertThat(model.generate(GenerationRequest.greedy("film").withMaxTokens(1))
                        .ids())
                .hasSize(1);
    }
}
