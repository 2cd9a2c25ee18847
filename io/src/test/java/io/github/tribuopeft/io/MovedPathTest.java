package io.github.tribuopeft.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MovedPathTest {

    @Test
    void triesTheLongestEndFirst() {
        assertThat(MovedPath.candidates("/home/ada/data/train.tsv", List.of(Path.of("/mnt"))))
                .containsExactly(
                        Path.of("/mnt/home/ada/data/train.tsv"),
                        Path.of("/mnt/ada/data/train.tsv"),
                        Path.of("/mnt/data/train.tsv"),
                        Path.of("/mnt/train.tsv"),
                        Path.of("/home/ada/data/train.tsv"));
    }

    @Test
    void pathsOfWindows() {
        assertThat(MovedPath.candidates("C:\\data\\train.tsv", List.of(Path.of("root"))))
                .contains(Path.of("root/data/train.tsv"), Path.of("root/train.tsv"));
    }

    @Test
    void rootOfTheSameName() {
        assertThat(MovedPath.candidates("/old/tiny", List.of(Path.of("/new/tiny"))))
                .contains(Path.of("/new/tiny"));
    }

    @Test
    void parentStepsStayBelowTheRoot() {
        assertThat(MovedPath.candidates("a/../../b", List.of(Path.of("/root"))))
                .filteredOn(path -> path.isAbsolute())
                .allMatch(path -> path.normalize().startsWith("/root"));
    }
}
