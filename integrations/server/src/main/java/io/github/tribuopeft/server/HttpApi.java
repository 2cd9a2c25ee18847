package io.github.tribuopeft.server;

import io.github.tribuopeft.TaggedText;
import io.github.tribuopeft.generation.Generation;
import io.github.tribuopeft.generation.GenerationRequest;
import io.github.tribuopeft.server.ApiKeys.Client;
import io.github.tribuopeft.serving.PredictionFields;
import io.github.tribuopeft.serving.PromptBank.Answer;
import io.github.tribuopeft.serving.PromptBank.Query;
import io.javalin.Javalin;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Routes of the server, see {@code openapi.json}. Errors are of type {@code application/problem+json} (RFC 9457). */
final class HttpApi {

    private static final Logger LOGGER = Logger.getLogger(HttpApi.class.getName());
    private static final String CLIENT = "client";
    private static final String JSON = "application/json";

    /** Status code of no answer, for metrics; that of nginx. */
    private static final int CLIENT_GONE = 499;

    private static final String PAGE_POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final ModelRegistry models;
    private final Optional<ApiKeys> keys;
    private final ServerLimits limits;
    private final ServerMetrics metrics;
    private final Executor executor;
    private final Semaphore generations;

    /**
     * Creates the routes.
     *
     * @param executor writes the answers of batches
     */
    HttpApi(
            ModelRegistry models,
            Optional<ApiKeys> keys,
            ServerLimits limits,
            ServerMetrics metrics,
            Executor executor) {
        this.models = models;
        this.keys = keys;
        this.limits = limits;
        this.metrics = metrics;
        this.executor = executor;
        this.generations = new Semaphore(limits.generations());
    }

    void addTo(Javalin http) {
        http.before(HttpApi::addHeaders);
        http.before("/v1/*", this::authorize);
        http.before("/metrics", this::authorize);
        http.get("/", context -> {
            context.header("Content-Security-Policy", PAGE_POLICY);
            context.contentType("text/html; charset=utf-8").result(resource("index.html"));
        });
        http.get("/openapi.json", context -> context.contentType(JSON).result(resource("openapi.json")));
        http.get("/health", context -> context.json(Map.of("status", "up")));
        http.get(
                "/ready",
                context -> context.json(
                        Map.of("status", "ready", "models", models.names().size())));
        http.get("/metrics", context -> context.contentType("text/plain; version=0.0.4; charset=utf-8")
                .result(metrics.scrape()));
        http.get("/v1/models", context -> context.json(Map.of("models", list(client(context)))));
        http.put(
                "/v1/models/{name}",
                context -> context.json(describe(models.load(permitted(context)).card())));
        http.delete("/v1/models/{name}", context -> {
            String name = permitted(context);
            context.json(Map.of("model", name, "unloaded", models.unload(name)));
        });
        http.post("/v1/models/{name}:predict", this::predict);
        http.post("/v1/models/{name}:generate", this::generate);
        http.exception(ApiException.class, (e, context) -> problem(context, e.status(), e.getMessage()));
        http.exception(HttpResponseException.class, (e, context) -> problem(context, e.getStatus(), e.getMessage()));
        http.exception(Exception.class, (e, context) -> unexpected(context, e));
    }

    /** Adds the headers of all answers: the traceparent of the request, and one that keeps browsers from guessing types. */
    private static void addHeaders(Context context) {
        context.header("X-Content-Type-Options", "nosniff");
        String trace = context.header("traceparent");
        if (trace != null && trace.matches("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")) {
            context.header("traceparent", trace);
        }
    }

    private void authorize(Context context) {
        context.attribute(
                CLIENT,
                keys.isEmpty()
                        ? Client.ANY
                        : keys.get()
                                .find(context.header("Authorization"))
                                .orElseThrow(() -> new ApiException(
                                        401,
                                        "This server needs a header 'Authorization: Bearer KEY' with an API key")));
    }

    private static Client client(Context context) {
        return context.attribute(CLIENT);
    }

    /** Returns the model of the path, which the client may use. */
    private String permitted(Context context) {
        String name = context.pathParam("name");
        if (!client(context).mayUse(name)) {
            throw new ApiException(403, "This API key may not use model '" + name + "'");
        }
        return name;
    }

    private List<Map<String, Object>> list(Client client) throws IOException {
        Map<String, LoadedModel> loaded = new LinkedHashMap<>();
        models.loaded().forEach(model -> loaded.put(model.card().name(), model));
        return models.names().stream()
                .filter(client::mayUse)
                .map(name -> loaded.containsKey(name)
                        ? describe(loaded.get(name).card())
                        : Map.<String, Object>of("model", name, "loaded", false))
                .toList();
    }

    private static Map<String, Object> describe(LoadedModel.Card card) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("model", card.name());
        fields.put("loaded", true);
        fields.put("input", card.task());
        fields.put("method", card.method());
        fields.put("backbone", card.backbone());
        fields.put("modelSha256", card.sha256());
        fields.put("bytes", card.bytes());
        return fields;
    }

    private byte[] body(Context context) {
        String type = context.contentType();
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith(JSON)) {
            throw new ApiException(415, "The Content-Type must be " + JSON);
        }
        try {
            byte[] body = context.req().getInputStream().readNBytes(limits.requestBytes() + 1);
            if (body.length > limits.requestBytes()) {
                throw new ApiException(413, "A body has at most " + limits.requestBytes() + " bytes");
            }
            return body;
        } catch (IOException e) {
            throw new ApiException(400, "The body ended early");
        }
    }

    private void predict(Context context) {
        long begin = System.nanoTime();
        String name = permitted(context);
        RequestBody body = RequestBody.predict(body(context));
        LoadedModel model = models.get(name);
        if (model instanceof LoadedModel.Banked banked) {
            if (body.words(limits).isPresent()) {
                throw new ApiException(400, "Model '" + name + "' takes 'texts', not 'words'");
            }
            predict(context, banked, body.texts(limits), body.deadline(limits), begin);
        } else if (model instanceof LoadedModel.Tagger tagger) {
            tag(context, tagger, body, begin);
        } else {
            throw new ApiException(400, "Model '" + name + "' generates texts; use " + name + ":generate");
        }
    }

    /** Predicts texts in batches with those of other requests. A client that is gone cancels its request. */
    private void predict(Context context, LoadedModel.Banked model, List<String> texts, Duration deadline, long begin) {
        context.future(() -> {
            CompletableFuture<Void> gone = ClientGone.of(context.req().getAsyncContext());
            return answers(client(context), model, texts, deadline, gone)
                    .handle((answered, error) -> {
                        if (gone.isDone()) {
                            metrics.failed(CLIENT_GONE);
                            return new CompletableFuture<Void>(); // Jetty has ended the request
                        }
                        if (error == null) {
                            answer(context, answered, begin);
                        } else {
                            fail(context, error);
                        }
                        return CompletableFuture.completedFuture((Void) null);
                    })
                    .thenCompose(Function.identity());
        });
    }

    private void answer(Context context, Answered answered, long begin) {
        answer(
                context,
                answered.model(),
                answered.answers().stream().map(HttpApi::fields).toList(),
                begin);
    }

    /** Answers and the model that they are of. */
    private record Answered(LoadedModel model, List<Answer> answers) {}

    /** Predicts texts. If the model is replaced while the request waits, the new one predicts. */
    private CompletableFuture<Answered> answers(
            Client client,
            LoadedModel.Banked model,
            List<String> texts,
            Duration deadline,
            CompletableFuture<Void> gone) {
        List<Query> queries = texts.stream()
                .map(text -> new Query(model.card().sha256(), text))
                .toList();
        CompletableFuture<List<Answer>> submitted = model.queue().submit(client.name(), queries, deadline);
        gone.thenRun(() -> submitted.cancel(false));
        return submitted
                .handleAsync(
                        (answers, error) -> {
                            if (error == null) {
                                return CompletableFuture.completedFuture(new Answered(model, answers));
                            }
                            if (error instanceof NoSuchElementException
                                    && models.get(model.card().name()) instanceof LoadedModel.Banked current
                                    && current != model) {
                                return answers(client, current, texts, deadline, gone);
                            }
                            return CompletableFuture.<Answered>failedFuture(error);
                        },
                        executor) // reading a model again and writing an answer do not stop the next batch
                .thenCompose(Function.identity());
    }

    private void tag(Context context, LoadedModel.Tagger tagger, RequestBody body, long begin) {
        List<TaggedText> tagged;
        try {
            tagged = body.words(limits)
                    .map(sentences -> tagger.model().tagWords(sentences))
                    .orElseGet(() -> tagger.model().tagAll(body.texts(limits)));
        } catch (IllegalStateException e) {
            if (models.get(tagger.card().name()) instanceof LoadedModel.Tagger current && current != tagger) {
                tag(context, current, body, begin); // the model was replaced and closed
                return;
            }
            throw e;
        }
        answer(context, tagger, tagged.stream().map(PredictionFields::of).toList(), begin);
    }

    private static Map<String, Object> fields(Answer answer) {
        Map<String, Object> fields = PredictionFields.of(answer.prediction());
        if (answer.truncated()) {
            fields.put("truncated", true);
        }
        return fields;
    }

    private void answer(Context context, LoadedModel model, List<Map<String, Object>> predictions, long begin) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("model", model.card().name());
        fields.put("modelSha256", model.card().sha256());
        fields.put("predictions", predictions);
        context.json(fields);
        metrics.answered(model.card().name(), "predict", since(begin), predictions.size());
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private void generate(Context context) throws IOException {
        long begin = System.nanoTime();
        String name = permitted(context);
        RequestBody body = RequestBody.generate(body(context));
        GenerationRequest request = body.generation(limits);
        if (!(models.get(name) instanceof LoadedModel.Generator generator)) {
            throw new ApiException(400, "Model '" + name + "' does not generate texts; use " + name + ":predict");
        }
        if (!generations.tryAcquire()) {
            throw new ApiException(
                    429, limits.generations() + " texts are being generated, which is the limit. Try again later");
        }
        try {
            Generation generation;
            if (body.stream()) {
                generation = stream(context, generator, request);
            } else {
                generation = generated(generator, request, part -> true);
                context.json(fields(generator, generation));
            }
            metrics.answered(name, "generate", since(begin), generation.ids().size());
        } finally {
            generations.release();
        }
    }

    private static Generation generated(
            LoadedModel.Generator generator, GenerationRequest request, Predicate<String> listener) {
        try {
            return generator.model().generate(request, listener);
        } catch (IllegalArgumentException e) {
            throw new ApiException(400, e.getMessage());
        }
    }

    private static Map<String, Object> fields(LoadedModel.Generator generator, Generation generation) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("model", generator.card().name());
        fields.put("modelSha256", generator.card().sha256());
        fields.put("text", generation.text());
        fields.put("finish", generation.finishReason().name().toLowerCase(Locale.ROOT));
        fields.put("promptTokens", generation.promptTokens());
        fields.put("tokens", generation.ids().size());
        return fields;
    }

    /** Sends the parts of a text as server-sent events. A client that is gone cancels the generation. */
    private static Generation stream(Context context, LoadedModel.Generator generator, GenerationRequest request)
            throws IOException {
        context.res().setContentType("text/event-stream; charset=utf-8");
        context.header("Cache-Control", "no-store");
        OutputStream out = context.res().getOutputStream();
        Generation generation = generated(generator, request, part -> {
            try {
                event(context, out, "text", Map.of("text", part));
                return true;
            } catch (IOException e) {
                return false;
            }
        });
        try {
            event(context, out, "end", fields(generator, generation));
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "The client is gone", e);
        }
        return generation;
    }

    private static void event(Context context, OutputStream out, String name, Map<String, Object> data)
            throws IOException {
        String json = context.jsonMapper().toJsonString(data, Map.class);
        out.write(("event: " + name + "\ndata: " + json + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void fail(Context context, Throwable error) {
        Throwable cause = error instanceof CompletionException ? error.getCause() : error;
        if (cause instanceof ApiException known) {
            problem(context, known.status(), known.getMessage());
        } else if (cause instanceof TimeoutException) {
            problem(context, 504, "The request was not answered within its deadline");
        } else if (cause instanceof NoSuchElementException) {
            problem(context, 404, "The model was removed while the request waited");
        } else if (cause instanceof IllegalStateException || cause instanceof ArithmeticException) {
            problem(
                    context,
                    409,
                    "The model cannot be run: " + cause.getMessage().replaceAll("'[0-9a-f]{64}' ", ""));
        } else {
            unexpected(context, cause);
        }
    }

    /** Logs an error whose message may not be for clients. */
    private void unexpected(Context context, Throwable error) {
        LOGGER.log(Level.SEVERE, "A request failed: " + context.method() + " " + context.path(), error);
        problem(context, 500, "The server failed on this request; its log has the reason");
    }

    private void problem(Context context, int status, String detail) {
        metrics.failed(status);
        context.status(status);
        if (status == 429) {
            context.header("Retry-After", "1");
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("status", status);
        fields.put("detail", detail);
        context.json(fields).contentType("application/problem+json");
    }

    private static String resource(String name) {
        try (InputStream in = HttpApi.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
