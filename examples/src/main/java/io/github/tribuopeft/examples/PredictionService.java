package io.github.tribuopeft.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.tribuopeft.PeftModel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;

/**
 * HTTP service around a classifier, with the server of the JDK and no framework. All requests share one model, which
 * is safe for concurrent use.
 *
 * <pre>{@code
 * curl --data 'My screen stays black' http://localhost:8080/classify
 * }</pre>
 */
public final class PredictionService implements AutoCloseable {

    /** Largest text that is read, in bytes. */
    private static final int MAX_BYTES = 64 * 1024;

    private final PeftModel<Label> model;
    private final HttpServer server;
    private final ExecutorService threads;

    /**
     * Starts the service on the loopback interface.
     *
     * @param model the classifier, which this service closes
     * @param port the port; 0 for a free one
     */
    public PredictionService(PeftModel<Label> model, int port) throws IOException {
        this.model = model;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        this.threads = Executors.newFixedThreadPool(2);
        model.predict("warm-up"); // opens the backbone before the first request
        server.setExecutor(threads);
        server.createContext("/classify", this::classify);
        server.start();
    }

    /** Returns the port. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void classify(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BYTES + 1);
            if (!exchange.getRequestMethod().equals("POST") || body.length == 0 || body.length > MAX_BYTES) {
                answer(exchange, 400, "POST a text of 1 to " + MAX_BYTES + " bytes in UTF-8");
                return;
            }
            Prediction<Label> prediction = model.predict(new String(body, StandardCharsets.UTF_8));
            Label label = prediction.getOutput();
            answer(exchange, 200, label.getLabel() + "\t" + label.getScore());
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Stops the server after running requests, then frees the memory of the model. */
    @Override
    public void close() {
        server.stop(1);
        threads.shutdown();
        model.close();
    }

    /**
     * Runs the service until the process is stopped.
     *
     * @param arguments the model file; the port
     */
    public static void main(String[] arguments) throws IOException {
        PeftModel<Label> model = PeftModel.load(Path.of(arguments[0])).castModel(Label.class);
        PredictionService service =
                new PredictionService(model, arguments.length > 1 ? Integer.parseInt(arguments[1]) : 8080);
        Runtime.getRuntime().addShutdownHook(new Thread(service::close));
        System.out.println("Listening on port " + service.port());
    }
}
