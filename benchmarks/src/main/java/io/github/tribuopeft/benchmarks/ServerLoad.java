package io.github.tribuopeft.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * Load on a server of {@link ServedModels}: clients ask random tasks for one of their texts, and each answer is compared
 * with the prediction of the model alone whose hash it has. The client runs on the machine of the server.
 */
final class ServerLoad {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long BACK_OFF_MILLIS = 100;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI server;
    private final Path models;
    private final List<String> texts;
    private final Map<String, JsonNode> expected = new HashMap<>(); // by hash
    private final LongAdder busy = new LongAdder();
    private final LongAdder changes = new LongAdder();
    private final LongAccumulator difference = new LongAccumulator(Math::max, 0); // in units of 1e-12

    private ServerLoad(URI server, Path models, List<String> texts) throws IOException {
        this.server = server;
        this.models = models;
        this.texts = texts;
        for (String line : Files.readAllLines(models.resolve(ServedModels.EXPECTED))) {
            JsonNode model = JSON.readTree(line);
            expected.put(model.get("sha256").textValue(), model.get("scores"));
        }
    }

    /**
     * Runs clients, in turn for each number of tasks and of clients.
     *
     * @param arguments address of the server, and its process id; directory of models; file of questions; numbers of
     *     tasks, separated by commas, the largest last; numbers of clients; seconds of each measurement; rounds;
     *     optionally {@code changes} to replace, remove and load models meanwhile
     * @throws Exception if a file cannot be read, or an answer is an error other than 429
     */
    public static void main(String[] arguments) throws Exception {
        ProcessHandle process = ProcessHandle.of(Long.parseLong(arguments[1])).orElseThrow();
        ServerLoad load = new ServerLoad(URI.create(arguments[0]), Path.of(arguments[2]), Questions.read(arguments[3]));
        int[] tasks = numbers(arguments[4]);
        int last = tasks[tasks.length - 1];
        AtomicBoolean done = new AtomicBoolean();
        Thread changing = new Thread(() -> load.change(last, done));
        for (int task = 0; task < last; task++) {
            load.ask(task, new SplittableRandom(0)); // loads the model
        }
        if (arguments.length > 8) {
            changing.start();
        }
        for (int round = 0; round < Integer.parseInt(arguments[7]); round++) {
            for (int clients : numbers(arguments[5])) {
                for (int some : tasks) {
                    Duration before = process.info().totalCpuDuration().orElse(Duration.ZERO);
                    long answers = ClosedLoop.run(
                            some + " tasks",
                            clients,
                            Double.parseDouble(arguments[6]),
                            random -> load.ask(random.nextInt(some), random));
                    Duration after = process.info().totalCpuDuration().orElse(Duration.ZERO);
                    System.out.printf(
                            Locale.ROOT,
                            "  processor time of the server: %.2f ms an answer%n",
                            after.minus(before).toNanos() / 1e6 / answers);
                }
            }
        }
        done.set(true);
        changing.join();
        System.out.printf(
                Locale.ROOT,
                "largest difference from the models alone: %.1e; answers 429: %d; changes of models: %d%n",
                load.difference.get() * 1e-12,
                load.busy.sum(),
                load.changes.sum());
    }

    private static int[] numbers(String list) {
        return Arrays.stream(list.split(",")).mapToInt(Integer::parseInt).toArray();
    }

    /** Asks a task for one of its texts. Returns whether the server answered; if not, it had too much to do. */
    private boolean ask(int task, SplittableRandom random) throws IOException, InterruptedException {
        List<String> own = ServedModels.texts(texts, task);
        String text = own.get(random.nextInt(own.size()));
        HttpResponse<byte[]> response = send(request("/v1/models/task" + task + ":predict")
                .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(Map.of("texts", List.of(text))))));
        if (response.statusCode() == 429) {
            busy.increment();
            Thread.sleep(BACK_OFF_MILLIS);
            return false;
        }
        JsonNode answer = answer(response);
        compare(answer.get("predictions").get(0).get("scores"), answer.get("modelSha256"), text);
        return true;
    }

    private void compare(JsonNode scores, JsonNode hash, String text) {
        if (hash == null) {
            return; // a server of other models
        }
        JsonNode alone = expected.get(hash.textValue()).get(text);
        scores.fields()
                .forEachRemaining(score -> difference.accumulate((long) (1e12
                        * Math.abs(score.getValue().doubleValue()
                                - alone.get(score.getKey()).doubleValue()))));
    }

    /** Exchanges the files of two tasks, loads one, and removes the other from memory, until all clients are done. */
    private void change(int tasks, AtomicBoolean done) {
        SplittableRandom random = new SplittableRandom(1);
        try {
            while (!done.get()) {
                int even = random.nextInt(tasks / 2) * 2;
                Path first = ServedModels.file(models, even);
                Path second = ServedModels.file(models, even + 1);
                byte[] contents = Files.readAllBytes(first);
                replace(first, Files.readAllBytes(second));
                replace(second, contents);
                answer(send(request("/v1/models/task" + even).PUT(BodyPublishers.noBody())));
                answer(send(request("/v1/models/task" + (even + 1)).DELETE()));
                changes.increment();
                Thread.sleep(BACK_OFF_MILLIS);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void replace(Path file, byte[] contents) throws IOException {
        Path next = Files.write(file.resolveSibling("next"), contents);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path)).header("Content-Type", "application/json");
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static JsonNode answer(HttpResponse<byte[]> response) throws IOException {
        JsonNode answer = JSON.readTree(response.body());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(response.uri() + ": " + response.statusCode() + " " + answer);
        }
        return answer;
    }
}
