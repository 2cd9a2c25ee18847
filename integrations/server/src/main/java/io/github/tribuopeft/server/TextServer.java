package io.github.tribuopeft.server;

import io.github.tribuopeft.server.ServerOptions.TlsFiles;
import io.javalin.Javalin;
import io.javalin.community.ssl.SslPlugin;
import io.javalin.config.JavalinConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;

/**
 * HTTP server for the models of a directory. Requests of different models that share a backbone run in one batch.
 *
 * <pre>{@code
 * try (TextServer server = TextServer.start(ServerOptions.of(Path.of("models")))) {
 *     // curl -H 'Content-Type: application/json' -d '{"texts": ["My card has not arrived"]}' \\
 *     //      http://127.0.0.1:PORT/v1/models/intents:predict
 * }
 * }</pre>
 *
 * <p>Closing it answers the requests that wait, and frees models and backbones.
 */
public final class TextServer implements AutoCloseable {

    private final Javalin http;
    private final ModelRegistry models;

    private TextServer(Javalin http, ModelRegistry models) {
        this.http = http;
        this.models = models;
    }

    /**
     * Starts a server.
     *
     * @throws IOException if the file of keys cannot be read
     * @throws IllegalArgumentException if there is no directory of models, the file of keys or the files for HTTPS are
     *     malformed, or the server would be reached from other machines without keys
     */
    public static TextServer start(ServerOptions options) throws IOException {
        Optional<ApiKeys> keys = Optional.empty();
        if (options.keys().isPresent()) {
            keys = Optional.of(ApiKeys.read(options.keys().get()));
        } else if (!InetAddress.getByName(options.host()).isLoopbackAddress()) {
            throw new IllegalArgumentException("A server on " + options.host()
                    + " is reached from other machines, so it needs API keys. Without keys, use "
                    + ServerOptions.LOOPBACK);
        }
        ServerMetrics metrics = new ServerMetrics();
        ModelRegistry models = new ModelRegistry(options, metrics);
        Javalin http = create(options);
        new HttpApi(models, keys, options.limits(), metrics, http.jettyServer().threadPool()).addTo(http);
        try {
            if (options.tls().isPresent()) {
                http.start(); // host and port are those of the plugin
            } else {
                http.start(options.host(), options.port());
            }
        } catch (RuntimeException e) {
            models.close();
            throw e;
        }
        return new TextServer(http, models);
    }

    private static Javalin create(ServerOptions options) {
        try {
            return Javalin.create(config -> configure(config, options));
        } catch (RuntimeException e) {
            if (options.tls().isEmpty()) {
                throw e;
            }
            TlsFiles files = options.tls().get();
            throw new IllegalArgumentException(
                    "Expected an X.509 certificate chain in " + files.certificate()
                            + " and its unencrypted PKCS#8 key in " + files.privateKey() + ", both in PEM format, but: "
                            + e.getMessage(),
                    e);
        }
    }

    private static void configure(JavalinConfig config, ServerOptions options) {
        config.showJavalinBanner = false;
        config.http.maxRequestSize = options.limits().requestBytes();
        options.tls()
                .ifPresent(files -> config.registerPlugin(new SslPlugin(ssl -> {
                    ssl.pemFromPath(
                            files.certificate().toString(), files.privateKey().toString());
                    ssl.host = options.host();
                    ssl.insecure = false;
                    ssl.securePort = options.port();
                    ssl.sniHostCheck = false;
                })));
    }

    /** Returns the port that the server listens on. */
    public int port() {
        return http.port();
    }

    @Override
    public void close() {
        http.stop();
        models.close();
    }
}
