package io.github.tribuopeft.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.tribuopeft.backbone.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * API keys of a file. A line has a key, a space, and the models that the key may use, separated by commas, or {@code *}
 * for all. Empty lines and lines that begin with {@code #} are ignored.
 */
final class ApiKeys {

    private static final int MIN_LENGTH = 16;

    private final List<Client> clients;

    private ApiKeys(List<Client> clients) {
        this.clients = clients;
    }

    /**
     * The owner of a key.
     *
     * @param name name for the order of requests; it does not contain the key
     * @param hash SHA-256 of the key, in lower-case hex
     * @param models the models it may use; empty for all
     */
    record Client(String name, String hash, Optional<Set<String>> models) {

        /** The client of a server without keys. */
        static final Client ANY = new Client("", "", Optional.empty());

        boolean mayUse(String model) {
            return models.isEmpty() || models.get().contains(model);
        }
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if a line is malformed; the message has its number, but not the key
     */
    static ApiKeys read(Path file) throws IOException {
        List<Client> clients = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                clients.add(client("key of line " + (i + 1), line));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(file + ", line " + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        if (clients.isEmpty()) {
            throw new IllegalArgumentException(file + " has no key");
        }
        return new ApiKeys(clients);
    }

    private static Client client(String name, String line) {
        String[] parts = line.split("\\s+");
        if (parts.length != 2 || parts[0].length() < MIN_LENGTH) {
            throw new IllegalArgumentException("expected a key of at least " + MIN_LENGTH
                    + " characters, a space, and names of models separated by commas, or *");
        }
        return new Client(
                name, sha256(parts[0]), parts[1].equals("*") ? Optional.empty() : Optional.of(models(parts[1])));
    }

    private static Set<String> models(String names) {
        Set<String> models = new HashSet<>();
        for (String name : names.split(",")) {
            if (!models.add(name)) {
                throw new IllegalArgumentException("expected each model once, but '" + name + "' is named twice");
            }
        }
        return models;
    }

    /** Finds the client of an {@code Authorization} header. */
    Optional<Client> find(String authorization) {
        if (authorization == null || !authorization.startsWith("Bearer ")) {
            return Optional.empty();
        }
        String hash = sha256(authorization.substring("Bearer ".length()));
        Client found = null;
        for (Client client : clients) { // all of them, so that the time does not depend on the key
            if (MessageDigest.isEqual(client.hash().getBytes(US_ASCII), hash.getBytes(US_ASCII))) {
                found = client;
            }
        }
        return Optional.ofNullable(found);
    }

    private static String sha256(String key) {
        return Fingerprint.sha256(key.getBytes(UTF_8));
    }
}
