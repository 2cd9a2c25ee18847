package io.github.tribuopeft.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commits of source trees, as git stores them. */
class CodeVersionTest {

    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir
    private Path tree;

    @Test
    void branch() throws IOException {
        write(".git/HEAD", "ref: refs/heads/main\n");
        write(".git/refs/heads/main", COMMIT + "\n");
        assertThat(CodeVersion.of(tree).commit()).contains(COMMIT);
    }

    @Test
    void packedBranch() throws IOException {
        write(".git/HEAD", "ref: refs/heads/main\n");
        write(
                ".git/packed-refs",
                "# pack-refs\n" + "f".repeat(40) + " refs/heads/x/main\n" + COMMIT + " refs/heads/main\n");
        assertThat(CodeVersion.of(tree).commit()).contains(COMMIT);
    }

    @Test
    void detached() throws IOException {
        write(".git/HEAD", COMMIT + "\n");
        assertThat(CodeVersion.of(tree).commit()).contains(COMMIT);
    }

    @Test
    void worktree() throws IOException {
        write("repository/worktrees/one/HEAD", "ref: refs/heads/main\n");
        write("repository/worktrees/one/commondir", "../..\n");
        write("repository/refs/heads/main", COMMIT + "\n");
        write(".git", "gitdir: repository/worktrees/one\n");
        assertThat(CodeVersion.of(tree).commit()).contains(COMMIT);
    }

    @Test
    void noRepository() throws IOException {
        assertThat(CodeVersion.of(tree).commit()).isEmpty();
        write(".git/HEAD", "ref: refs/heads/none\n");
        assertThat(CodeVersion.of(tree).commit()).isEmpty();
    }

    private void write(String name, String content) throws IOException {
        Path file = tree.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
