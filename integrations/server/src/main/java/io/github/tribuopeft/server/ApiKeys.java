package io.github.tribuopeft.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
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
     * @param hash SHA-256 of the key
     * @param models the models it may use; empty for all
     */
    record Client(String name, byte[] hash, Optional<Set<String>> models) {

        /** The client of a server without keys. */
        static final Client ANY = new Client("", new byte[0], Optional.empty());

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
            String[] parts = line.split("\\s+");
            if (parts.length != 2 || parts[0].length() < MIN_LENGTH) {
                throw new IllegalArgumentException(file + ", line " + (i + 1) + ": expected a key of at least "
                        + MIN_LENGTH + " characters, a space, and names of models separated by commas, or *");
            }
            clients.add(new Client(
                    "key of line " + (i + 1),
                    sha256(parts[0]),
                    parts[1].equals("*") ? Optional.empty() : Optional.of(Set.of(parts[1].split(",")))));
        }
        if (clients.isEmpty()) {
            throw new IllegalArgumentException(file + " has no key");
        }
        return new ApiKeys(clients);
    }

    /** Finds the client of an {@code Authorization} header. */
    Optional<Client> find(String authorization) {
        if (authorization == null || !authorization.startsWith("Bearer ")) {
            return Optional.empty();
        }
        byte[] hash = sha256(authorization.substring("Bearer ".length()));
        Client found = null;
        for (Client client : clients) { // all of them, so that the time does not depend on the key
            if (MessageDigest.isEqual(client.hash(), hash)) {
                found = client;
            }
        }
        return Optional.ofNullable(found);
    }

    private static byte[] sha256(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
