package io.github.tribuopeft.cli;

import io.github.tribuopeft.backbone.BackboneCatalog;
import io.github.tribuopeft.server.ServerLimits;
import io.github.tribuopeft.server.ServerOptions;
import io.github.tribuopeft.server.ServerOptions.TlsFiles;
import io.github.tribuopeft.server.TextServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Command that serves the models of a directory over HTTP until the process is stopped. */
@Command(
        name = "serve",
        description = "Serves the models of a directory over HTTP. Requests of different models share batches.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    private static final int MEGABYTE = 1 << 20;

    @Option(
            names = "--models",
            required = true,
            paramLabel = "DIR",
            description = "Directory of model files; NAME.tribuo is served as /v1/models/NAME.")
    private Path models;

    @Option(names = "--port", paramLabel = "N", description = "Port (default: ${DEFAULT-VALUE}); 0 for a free one.")
    private int port = 8080;

    @Option(
            names = "--host",
            paramLabel = "H",
            description = "Address to listen on (default: ${DEFAULT-VALUE}, which only this machine reaches). Any other"
                    + " one needs --keys.")
    private String host = ServerOptions.LOOPBACK;

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description = "API keys: a line has a key, a space, and the models that it may use, separated by commas, or"
                    + " * for all.")
    private Path keys;

    @ArgGroup(exclusive = false)
    private Tls tls;

    /** Files for HTTPS. */
    static final class Tls {
        @Option(
                names = "--tls-certificate",
                required = true,
                paramLabel = "FILE",
                description = "Certificate chain in PEM format, for HTTPS.")
        private Path certificate;

        @Option(
                names = "--tls-key",
                required = true,
                paramLabel = "FILE",
                description = "Private key of the certificate, unencrypted, in PEM format.")
        private Path key;
    }

    @Option(
            names = "--backbone",
            paramLabel = "DIR",
            description = "Backbone of models, if it was moved after training. May be repeated.")
    private List<String> backbones = List.of();

    @Option(
            names = "--cache-mb",
            paramLabel = "N",
            description = "Memory for the classifiers of a backbone, in MiB (default: 1024). The least recently used"
                    + " ones are read again when they are needed.")
    private long cacheMegabytes = ServerLimits.DEFAULT.cacheBytes() / MEGABYTE;

    @Option(
            names = "--queue",
            paramLabel = "N",
            description = "Number of texts that may wait (default: 1024). Further requests are answered with 429.")
    private int queue = ServerLimits.DEFAULT.queuedTexts();

    @Mixin
    private RunOptions run;

    @Override
    public Integer call() throws IOException {
        backbones.forEach(backbone -> BackboneCatalog.register(TuningOptions.source(backbone)));
        CountDownLatch stopped = new CountDownLatch(1);
        try (TextServer server = start()) {
            StopSignals.replaceWith(stopped::countDown);
            System.err.println("Listening on " + (tls == null ? "http://" : "https://") + host + ":" + server.port()
                    + "; stop with Ctrl-C");
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private TextServer start() throws IOException {
        try {
            ServerLimits limits = ServerLimits.DEFAULT
                    .withCacheBytes(cacheMegabytes * MEGABYTE)
                    .withTexts(queue, Math.min(queue, ServerLimits.DEFAULT.requestTexts()));
            return TextServer.start(new ServerOptions(
                    models,
                    host,
                    port,
                    Optional.ofNullable(keys),
                    Optional.ofNullable(tls).map(files -> new TlsFiles(files.certificate, files.key)),
                    run.apply(),
                    limits));
        } catch (IllegalArgumentException e) {
            throw new UsageException("serve: " + e.getMessage(), e);
        }
    }
}
