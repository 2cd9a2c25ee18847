package io.github.tribuopeft.server;

import io.github.tribuopeft.InferenceOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Settings of a server.
 *
 * @param models directory with model files, each named as its model with the ending {@code .tribuo}
 * @param host host name or address to listen on
 * @param port port to listen on; 0 for a free one
 * @param keys file with API keys; empty if requests need none
 * @param tls certificate and key for HTTPS; empty for HTTP
 * @param inference the device, the precision and the size of batches
 * @param limits the limits
 */
public record ServerOptions(
        Path models,
        String host,
        int port,
        Optional<Path> keys,
        Optional<TlsFiles> tls,
        InferenceOptions inference,
        ServerLimits limits) {

    /** The address that only this machine reaches. */
    public static final String LOOPBACK = "127.0.0.1";

    /**
     * Certificate and private key in PEM format.
     *
     * @param certificate file with the certificate chain
     * @param privateKey file with the unencrypted private key
     */
    public record TlsFiles(Path certificate, Path privateKey) {

        /** @throws IllegalArgumentException if there is no such file */
        public TlsFiles {
            requireFile(certificate);
            requireFile(privateKey);
        }

        private static void requireFile(Path file) {
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException("There is no file " + file + "; expected a file in PEM format");
            }
        }
    }

    /** Returns options of a server on a free port that only this machine reaches. */
    public static ServerOptions of(Path models) {
        return new ServerOptions(
                models,
                LOOPBACK,
                0,
                Optional.empty(),
                Optional.empty(),
                InferenceOptions.DEFAULT,
                ServerLimits.DEFAULT);
    }

    /** Returns these options with other limits. */
    public ServerOptions withLimits(ServerLimits other) {
        return new ServerOptions(models, host, port, keys, tls, inference, other);
    }

    /** Returns these options with a file of API keys. */
    public ServerOptions withKeys(Path file) {
        return new ServerOptions(models, host, port, Optional.of(file), tls, inference, limits);
    }
}
