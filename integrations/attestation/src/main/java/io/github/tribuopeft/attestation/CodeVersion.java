package io.github.tribuopeft.attestation;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.backbone.Fingerprint;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;

/**
 * Identity of the library's code.
 *
 * @param jar SHA-256 of the library's jar in lower-case hex; empty if the classes are not in a jar
 * @param commit git commit of the source tree in lower-case hex; empty if it is unknown
 */
public record CodeVersion(Optional<String> jar, Optional<String> commit) {

    private static final String REFERENCE = "ref: ";
    private static final String HASH = "[0-9a-f]{40}|[0-9a-f]{64}";
    private static final long MAX_BYTES = 16 << 20;

    /** Returns the running code, whose source tree is unknown. */
    public static CodeVersion ofJar() {
        return new CodeVersion(jarHash(), Optional.empty());
    }

    /**
     * Returns the running code with the commit that is checked out in its source tree. Changes that are not committed
     * are not detected; the hash of the jar identifies the code in any case.
     *
     * @param tree root of the source tree
     */
    public static CodeVersion of(Path tree) {
        return new CodeVersion(jarHash(), commit(tree));
    }

    private static Optional<String> jarHash() {
        CodeSource source = AdaptedModel.class.getProtectionDomain().getCodeSource();
        if (source == null) {
            return Optional.empty();
        }
        try {
            Path jar = Path.of(source.getLocation().toURI());
            return Files.isRegularFile(jar)
                    ? Optional.of(Fingerprint.sha256(Files.newInputStream(jar)))
                    : Optional.empty();
        } catch (IOException | URISyntaxException | IllegalArgumentException e) {
            return Optional.empty(); // the classes do not come from a file
        }
    }

    /** Reads the commit from the files of git, because git may not be installed. */
    private static Optional<String> commit(Path tree) {
        try {
            Path git = tree.resolve(".git");
            if (Files.isRegularFile(git)) { // a worktree
                git = tree.resolve(text(git).replaceFirst("^gitdir: ", ""));
            }
            String head = text(git.resolve("HEAD"));
            return head.startsWith(REFERENCE) ? resolve(git, head.substring(REFERENCE.length())) : hash(head);
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> resolve(Path git, String reference) throws IOException {
        Path common = Files.isRegularFile(git.resolve("commondir"))
                ? git.resolve(text(git.resolve("commondir"))).normalize()
                : git;
        Path loose = common.resolve(reference);
        if (Files.isRegularFile(loose)) {
            return hash(text(loose));
        }
        return text(common.resolve("packed-refs"))
                .lines()
                .filter(line -> line.endsWith(" " + reference))
                .findFirst()
                .flatMap(line -> hash(line.substring(0, line.indexOf(' '))));
    }

    private static Optional<String> hash(String text) {
        return Optional.of(text).filter(hash -> hash.matches(HASH));
    }

    private static String text(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is not a file of git");
        }
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
    }
}
