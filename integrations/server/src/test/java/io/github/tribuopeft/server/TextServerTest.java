package io.github.tribuopeft.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.InferenceOptions;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.PeftSequenceTrainer;
import io.github.tribuopeft.PeftTextModel;
import io.github.tribuopeft.PeftTextTrainer;
import io.github.tribuopeft.backbone.BackboneCatalog;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.data.ReplyExamples;
import io.github.tribuopeft.generation.GenerationRequest;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBackbone;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.text.Text;
import io.github.tribuopeft.text.TextFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.datasource.ListDataSource;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** The server over HTTP. */
class TextServerTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TEXT = "the film is good";

    @TempDir
    private static Path trained;

    @TempDir
    private Path models;

    private final HttpClient http = HttpClient.newHttpClient();
    private TextServer server;

    /** Trains two classifiers, a tagger and a language model. */
    @BeforeAll
    static void train() throws IOException {
        BackboneCatalog.register(new TinyBert());
        BackboneCatalog.register(new TinyBackbone("llama"));
        PrefixTuning method = PrefixTuning.builder().virtualTokens(2).build();
        for (int seed = 1; seed <= 2; seed++) {
            try (PeftModel<Label> model =
                    Fixtures.trainer(method).seed(seed).build().train(Fixtures.opinions(16))) {
                model.serializeToFile(trained.resolve("opinions" + seed + ".tribuo"));
            }
        }
        try (PeftSequenceModel tagger = PeftSequenceTrainer.builder()
                .developmentFraction(0)
                .backbone(new TinyBert())
                .method(method)
                .options(Fixtures.options().build())
                .device("cpu")
                .build()
                .train(Fixtures.sentences(16))) {
            tagger.serializeToFile(trained.resolve("places.tribuo"));
        }
        TextFactory factory = new TextFactory();
        MutableDataset<Text> replies = new MutableDataset<>(new ListDataSource<>(
                List.of(ReplyExamples.reply("who are you ? ", "i am good")),
                factory,
                new SimpleDataSourceProvenance("replies", factory)));
        try (PeftTextModel model = PeftTextTrainer.builder()
                .developmentFraction(0)
                .backbone(new TinyBackbone("llama"))
                .method(method)
                .options(Fixtures.options().epochs(1).build())
                .device("cpu")
                .build()
                .train(replies)) {
            model.serializeToFile(trained.resolve("persona.tribuo"));
        }
    }

    private void start(ServerLimits limits) throws IOException {
        try (Stream<Path> files = Files.list(trained)) {
            for (Path file : files.toList()) {
                Files.copy(file, models.resolve(file.getFileName()));
            }
        }
        server = TextServer.start(ServerOptions.of(models).withLimits(limits));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .header("Content-Type", "application/json");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(request(path).POST(BodyPublishers.ofString(body)));
    }

    private JsonNode answer(HttpResponse<String> response) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private static void assertProblem(HttpResponse<String> response, int status, String detail) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/problem+json");
        JsonNode problem = JSON.readTree(response.body());
        assertThat(problem.get("status").intValue()).isEqualTo(status);
        assertThat(problem.get("detail").textValue()).contains(detail);
        assertThat(response.body()).doesNotContain("Exception", "\tat ", "java.");
    }

    private static String texts(String... texts) throws IOException {
        return JSON.writeValueAsString(Map.of("texts", texts));
    }

    private String sha256(String name) throws IOException {
        return Fingerprint.sha256(Files.readAllBytes(models.resolve(name + ".tribuo")));
    }

    private static void assertPrediction(JsonNode answer, PeftModel<Label> model) {
        assertThat(answer.get("predictions")).hasSize(1);
        model.predict(TEXT).getOutputScores().forEach((name, label) -> assertThat(
                        answer.get("predictions").get(0).get("scores").get(name).doubleValue())
                .isCloseTo(label.getScore(), within(1e-5)));
    }

    private PeftModel<Label> open(String name) throws IOException {
        return PeftModel.load(models.resolve(name + ".tribuo")).castModel(Label.class);
    }

    @Test
    void classifiersAnswerWithTheHashOfTheirFile() throws Exception {
        start(ServerLimits.DEFAULT);
        for (String name : List.of("opinions1", "opinions2")) {
            JsonNode answer = answer(post("/v1/models/" + name + ":predict", texts(TEXT)));
            assertThat(answer.get("model").textValue()).isEqualTo(name);
            assertThat(answer.get("modelSha256").textValue()).isEqualTo(sha256(name));
            try (PeftModel<Label> model = open(name)) {
                assertPrediction(answer, model);
            }
        }
        JsonNode listed = answer(send(request("/v1/models").GET())).get("models");
        assertThat(listed)
                .extracting(model -> model.get("model").textValue())
                .containsExactly("opinions1", "opinions2", "persona", "places");
        assertThat(listed)
                .extracting(model -> model.get("loaded").booleanValue())
                .containsExactly(true, true, false, false);
    }

    @Test
    void taggersMarkEntities() throws Exception {
        start(ServerLimits.DEFAULT);
        JsonNode answer = answer(post("/v1/models/places:predict", texts("we like the city")));
        try (PeftSequenceModel model = PeftSequenceModel.load(models.resolve("places.tribuo"))) {
            assertThat(answer.get("predictions").get(0).get("tags"))
                    .extracting(JsonNode::textValue)
                    .containsExactlyElementsOf(model.tag("we like the city").tags());
        }
        assertThat(answer.get("modelSha256").textValue()).isEqualTo(sha256("places"));
        JsonNode words = answer(post("/v1/models/places:predict", "{\"words\": [[\"the\", \"city\"], [\"it\"]]}"));
        assertThat(words.get("predictions")).hasSize(2);
    }

    @Test
    void languageModelsGenerate() throws Exception {
        start(ServerLimits.DEFAULT);
        String body = "{\"prompt\": \"who are you ? \", \"maxTokens\": 8}";
        JsonNode answer = answer(post("/v1/models/persona:generate", body));
        try (PeftTextModel model = PeftTextModel.load(models.resolve("persona.tribuo"))) {
            assertThat(answer.get("text").textValue())
                    .isEqualTo(model.generate(
                                    GenerationRequest.greedy("who are you ? ").withMaxTokens(8))
                            .text());
        }
        HttpResponse<String> events = post("/v1/models/persona:generate", body.replace("}", ", \"stream\": true}"));
        assertThat(events.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        StringBuilder text = new StringBuilder();
        for (String event : events.body().split("\n\n")) {
            if (event.startsWith("event: text")) {
                text.append(JSON.readTree(event.substring(event.indexOf("data: ") + 6))
                        .get("text")
                        .textValue());
            }
        }
        assertThat(text).hasToString(answer.get("text").textValue());
        assertThat(events.body()).contains("event: end", sha256("persona"));
        assertProblem(post("/v1/models/persona:predict", texts(TEXT)), 400, "use persona:generate");
        assertProblem(post("/v1/models/opinions1:generate", body), 400, "use opinions1:predict");
        assertProblem(
                post("/v1/models/persona:generate", "{\"prompt\": \"a\", \"maxTokens\": 1000}"), 400, "positions");
    }

    private static List<String> malformed() {
        return List.of(
                "",
                "{",
                "[]",
                "null",
                "{\"texts\": \"a\"}",
                "{\"texts\": []}",
                "{\"texts\": [1]}",
                "{\"texts\": [null]}",
                "{\"texts\": [\"a\"], \"texts\": [\"b\"]}",
                "{\"texts\": [\"a\"], \"path\": \"/etc/passwd\"}",
                "{\"texts\": [\"a\"], \"deadlineMs\": -1}",
                "{\"texts\": [\"a\"], \"deadlineMs\": \"soon\"}",
                "{\"words\": [[\"a\"]]}",
                "{\"texts\": [\"a\"], \"words\": []}",
                "{\"a\":".repeat(5_000),
                "{\"texts\": [\"\ud800\"]".replace("\ud800", "\\ud8zz"));
    }

    @Test
    void malformedBodiesAreClientErrors() throws Exception {
        start(ServerLimits.DEFAULT);
        for (String body : malformed()) {
            assertProblem(post("/v1/models/opinions1:predict", body), 400, "");
        }
    }

    @Test
    void namesAreNotPaths() throws Exception {
        start(ServerLimits.DEFAULT);
        for (String name : List.of(
                "..%2f..%2fetc%2fpasswd",
                "..", "%2e%2e", "a.b", "opinions1%00", "opinions1.tribuo", "C:%5Cx", "%F0%9F%98%80", "-rf")) {
            HttpResponse<String> response = post("/v1/models/" + name + ":predict", texts(TEXT));
            assertThat(response.statusCode()).as(name).isIn(400, 404);
            assertThat(response.body()).as(name).doesNotContain(models.toString(), "Exception");
        }
    }

    @Test
    void otherRequestsAreRefused() throws Exception {
        start(ServerLimits.DEFAULT.withTexts(8, 2));
        assertProblem(post("/v1/models/none:predict", texts(TEXT)), 404, "There is no model 'none'");
        assertProblem(send(request("/v2").GET()), 404, "Endpoint GET /v2 not found");
        assertProblem(
                send(request("/v1/models/opinions1:predict").POST(BodyPublishers.ofString(texts("a", "b", "c")))),
                400,
                "1 to 2 texts, but this one has 3");
        assertProblem(post("/v1/models/opinions1:predict", texts("a".repeat(30_000))), 400, "at most 20000 characters");
        assertProblem(post("/v1/models/opinions1:predict", texts("a".repeat(2_000_000))), 413, "at most 1048576 bytes");
        assertProblem(
                send(request("/v1/models/opinions1:predict")
                        .setHeader("Content-Type", "text/plain")
                        .POST(BodyPublishers.ofString(texts(TEXT)))),
                415,
                "application/json");
        assertThat(send(request("/v1/models/opinions1:predict").GET()).statusCode())
                .isIn(404, 405);
    }

    @Test
    void brokenModelsAreErrors() throws Exception {
        start(ServerLimits.DEFAULT);
        Path file = models.resolve("opinions1.tribuo");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(models.resolve("broken.tribuo"), bytes);
        assertProblem(post("/v1/models/broken:predict", texts(TEXT)), 409, "Model 'broken' cannot be loaded");
        HttpResponse<String> put = send(request("/v1/models/broken").PUT(BodyPublishers.noBody()));
        assertProblem(put, 409, "broken.tribuo");
        assertThat(put.body()).doesNotContain(models.toString());
        // a model that breaks while it is served keeps its content until it is loaded again
        answer(post("/v1/models/opinions1:predict", texts(TEXT)));
        String before = sha256("opinions1");
        Files.write(file, bytes);
        assertProblem(send(request("/v1/models/opinions1").PUT(BodyPublishers.noBody())), 409, "cannot be loaded");
        assertThat(answer(post("/v1/models/opinions1:predict", texts(TEXT)))
                        .get("modelSha256")
                        .textValue())
                .isEqualTo(before);
    }

    @Test
    void modelsAreReplacedWhileClientsPredict() throws Exception {
        start(ServerLimits.DEFAULT);
        Map<String, PeftModel<Label>> byHash =
                Map.of(sha256("opinions1"), open("opinions1"), sha256("opinions2"), open("opinions2"));
        byte[][] contents = {
            Files.readAllBytes(models.resolve("opinions1.tribuo")),
            Files.readAllBytes(models.resolve("opinions2.tribuo"))
        };
        Path changing = models.resolve("changing.tribuo");
        Files.write(changing, contents[0]);
        AtomicBoolean done = new AtomicBoolean();
        Set<String> seen = new HashSet<>();
        ExecutorService clients = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                running.add(clients.submit(() -> {
                    do {
                        JsonNode answer = answer(post("/v1/models/changing:predict", texts(TEXT)));
                        String hash = answer.get("modelSha256").textValue();
                        synchronized (seen) {
                            seen.add(hash);
                        }
                        assertPrediction(answer, byHash.get(hash));
                        answer(post("/v1/models/opinions2:predict", texts(TEXT)));
                    } while (!done.get());
                    return null;
                }));
            }
            for (int i = 1; i <= 30; i++) {
                Path next = models.resolve("next");
                Files.write(next, contents[i % 2]);
                // a request during another kind of move could find no file
                Files.move(next, changing, StandardCopyOption.ATOMIC_MOVE);
                answer(send(request("/v1/models/changing").PUT(BodyPublishers.noBody())));
                answer(send(request("/v1/models/opinions2").DELETE()));
            }
            done.set(true);
            for (Future<?> client : running) {
                client.get();
            }
            assertThat(seen).isEqualTo(byHash.keySet());
        } finally {
            done.set(true);
            clients.shutdown();
            byHash.values().forEach(AdaptedModel::close);
        }
    }

    @Test
    void aFullQueueAsksClientsToComeBack() throws Exception {
        start(ServerLimits.DEFAULT.withTexts(4, 4).withBatch(64, Duration.ofSeconds(3)));
        answer(send(request("/v1/models/opinions1").PUT(BodyPublishers.noBody())));
        CompletableFuture<HttpResponse<String>> waits = http.sendAsync(
                request("/v1/models/opinions1:predict")
                        .POST(BodyPublishers.ofString(texts("a", "b", "c")))
                        .build(),
                BodyHandlers.ofString());
        awaitMetric(http, request("/metrics").build(), "peft_queue_texts{queue=\"0\"} 3.0");
        HttpResponse<String> refused = post("/v1/models/opinions1:predict", texts("a", "b"));
        assertProblem(refused, 429, "3 texts wait; at most 4 can");
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(answer(waits.get()).get("predictions")).hasSize(3);
        assertProblem(post("/v1/models/opinions1:predict", "{\"texts\": [\"a\"], \"deadlineMs\": 0}"), 504, "deadline");
    }

    @Test
    void requestsOfDifferentModelsShareABatch() throws Exception {
        start(ServerLimits.DEFAULT.withBatch(8, Duration.ofSeconds(5)));
        answer(send(request("/v1/models/opinions1").PUT(BodyPublishers.noBody())));
        answer(send(request("/v1/models/opinions2").PUT(BodyPublishers.noBody())));
        List<CompletableFuture<HttpResponse<String>>> responses = IntStream.range(0, 8)
                .mapToObj(i -> {
                    try {
                        return http.sendAsync(
                                request("/v1/models/opinions" + (1 + i % 2) + ":predict")
                                        .POST(BodyPublishers.ofString(texts(TEXT)))
                                        .build(),
                                BodyHandlers.ofString());
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
        for (CompletableFuture<HttpResponse<String>> response : responses) {
            answer(response.get());
        }
        String metrics = send(request("/metrics").GET()).body();
        assertThat(metrics)
                .contains(
                        "peft_batch_texts_count 1\n",
                        "peft_batch_texts_sum 8.0\n",
                        "peft_texts_total{model=\"opinions2\"} 4.0");
    }

    @Test
    void keysNameTheModelsOfAClient() throws Exception {
        start(ServerLimits.DEFAULT);
        server.close();
        Path keys = models.resolve("keys");
        Files.writeString(keys, "# clients\nfirst-client-0123456789 opinions1\nsecond-client-0123456789 *\n");
        server = TextServer.start(ServerOptions.of(models).withKeys(keys));
        assertProblem(post("/v1/models/opinions1:predict", texts(TEXT)), 401, "API key");
        assertProblem(send(request("/metrics").GET()), 401, "API key");
        assertThat(send(request("/health").GET()).statusCode()).isEqualTo(200);
        String first = "Bearer first-client-0123456789";
        answer(send(request("/v1/models/opinions1:predict")
                .header("Authorization", first)
                .POST(BodyPublishers.ofString(texts(TEXT)))));
        assertProblem(
                send(request("/v1/models/opinions2:predict")
                        .header("Authorization", first)
                        .POST(BodyPublishers.ofString(texts(TEXT)))),
                403,
                "may not use model 'opinions2'");
        assertThat(answer(send(request("/v1/models")
                                .header("Authorization", first)
                                .GET()))
                        .get("models"))
                .hasSize(1);
        answer(send(request("/v1/models/opinions2:predict")
                .header("Authorization", "Bearer second-client-0123456789")
                .POST(BodyPublishers.ofString(texts(TEXT)))));
        Files.writeString(keys, "short *\n");
        assertThatThrownBy(() -> TextServer.start(ServerOptions.of(models).withKeys(keys)))
                .hasMessageContaining("line 1: expected a key of at least 16 characters")
                .hasMessageNotContaining("short");
        Files.writeString(keys, "first-client-0123456789 opinions1,opinions1\n");
        assertThatThrownBy(() -> TextServer.start(ServerOptions.of(models).withKeys(keys)))
                .hasMessageContaining("line 1: expected each model once, but 'opinions1' is named twice");
    }

    @Test
    void otherMachinesNeedKeys() {
        assertThatThrownBy(() -> TextServer.start(new ServerOptions(
                        models,
                        "0.0.0.0",
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        InferenceOptions.DEFAULT,
                        ServerLimits.DEFAULT)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs API keys");
    }

    @Test
    void pemFilesGiveHttpsAndACancelledRequestIsNotComputed(@TempDir Path files) throws Exception {
        PemFiles pem = PemFiles.create(files);
        try (Stream<Path> all = Files.list(trained)) {
            for (Path file : all.toList()) {
                Files.copy(file, models.resolve(file.getFileName()));
            }
        }
        assertThatThrownBy(() -> TextServer.start(https(pem.privateKey(), pem.certificate())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("certificate chain in " + pem.privateKey());
        assertThatThrownBy(() -> https(pem.certificate(), files.resolve("none.pem")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("There is no file " + files.resolve("none.pem"));
        server = TextServer.start(https(pem.certificate(), pem.privateKey()));
        HttpClient https = HttpClient.newBuilder().sslContext(pem.trusting()).build();
        URI uri = URI.create("https://localhost:" + server.port() + "/");
        HttpRequest.Builder predict = HttpRequest.newBuilder(uri.resolve("/v1/models/opinions1:predict"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(texts(TEXT)));
        HttpResponse<String> response = https.send(predict.build(), BodyHandlers.ofString());
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        try (PeftModel<Label> model = open("opinions1")) {
            assertPrediction(answer(response), model);
        }
        assertThatThrownBy(() -> http.send(predict.build(), BodyHandlers.ofString()))
                .isInstanceOf(SSLHandshakeException.class);

        HttpRequest metrics = HttpRequest.newBuilder(uri.resolve("/metrics")).build();
        CompletableFuture<HttpResponse<String>> waiting = https.sendAsync(predict.build(), BodyHandlers.ofString());
        awaitMetric(https, metrics, "peft_queue_texts{queue=\"0\"} 1.0");
        waiting.cancel(true);
        awaitMetric(https, metrics, "peft_failures_total{status=\"499\"} 1.0");
        awaitMetric(https, metrics, "peft_queue_texts{queue=\"0\"} 0.0");
        assertThat(https.send(metrics, BodyHandlers.ofString()).body()).contains("peft_batch_texts_sum 1.0");
    }

    private ServerOptions https(Path certificate, Path privateKey) {
        return new ServerOptions(
                models,
                ServerOptions.LOOPBACK,
                0,
                Optional.empty(),
                Optional.of(new ServerOptions.TlsFiles(certificate, privateKey)),
                InferenceOptions.DEFAULT,
                ServerLimits.DEFAULT.withBatch(64, Duration.ofSeconds(2)));
    }

    private static void awaitMetric(HttpClient client, HttpRequest metrics, String line) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        String body;
        do {
            body = client.send(metrics, BodyHandlers.ofString()).body();
            assertThat(System.nanoTime()).as(body).isLessThan(end);
        } while (!body.contains(line));
    }

    @Test
    void aSlowClientDoesNotStopTheOthers() throws Exception {
        start(ServerLimits.DEFAULT);
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                socket.getOutputStream()
                        .write(
                                ("POST /v1/models/opinions1:predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json"
                                                + "\r\nContent-Length: 100\r\n\r\n{\"te")
                                        .getBytes(StandardCharsets.US_ASCII));
                slow.add(socket);
            }
            answer(post("/v1/models/opinions1:predict", texts(TEXT)));
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void routesAreDescribed() throws Exception {
        start(ServerLimits.DEFAULT);
        JsonNode described = answer(send(request("/openapi.json").GET()));
        assertThat(described.get("paths").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "/",
                        "/openapi.json",
                        "/health",
                        "/ready",
                        "/metrics",
                        "/v1/models",
                        "/v1/models/{name}",
                        "/v1/models/{name}:predict",
                        "/v1/models/{name}:generate");
        assertThat(answer(send(request("/ready").GET())).get("models").intValue())
                .isEqualTo(4);
        HttpResponse<String> page = send(request("/").GET());
        assertThat(page.body()).contains("<title>Tribuo PEFT server</title>").doesNotContain("http://", "https://");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'");
        String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assertThat(send(request("/health").header("traceparent", trace).GET())
                        .headers()
                        .firstValue("traceparent"))
                .hasValue(trace);
    }
}
