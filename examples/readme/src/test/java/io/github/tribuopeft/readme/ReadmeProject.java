package io.github.tribuopeft.readme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes a Maven project that consists of the README's blocks as they stand: the dependencies in its pom, and the Java
 * examples one after the other in the main method of a class.
 */
public final class ReadmeProject {

    private static final Pattern BLOCK = Pattern.compile("^```(\\w+)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    private static final List<String> IMPORTS = List.of(
            "io.github.tribuopeft.*",
            "io.github.tribuopeft.data.*",
            "io.github.tribuopeft.head.*",
            "io.github.tribuopeft.method.*",
            "io.github.tribuopeft.minilm.*",
            "java.nio.file.Path",
            "org.tribuo.*",
            "org.tribuo.classification.*",
            "org.tribuo.classification.evaluation.*",
            "org.tribuo.sequence.*");

    private static final String POM = """
            <?xml version="1.0" encoding="UTF-8"?>
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <modelVersion>4.0.0</modelVersion>
              <groupId>example</groupId>
              <artifactId>readme</artifactId>
              <version>1</version>
              <properties>
                <maven.compiler.release>17</maven.compiler.release>
                <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
              </properties>
            %s
              <build>
                <plugins>
                  <plugin>
                    <artifactId>maven-compiler-plugin</artifactId>
                    <version>3.13.0</version>
                  </plugin>
                  <plugin>
                    <artifactId>maven-resources-plugin</artifactId>
                    <version>3.3.1</version>
                  </plugin>
                  <plugin>
                    <groupId>org.codehaus.mojo</groupId>
                    <artifactId>exec-maven-plugin</artifactId>
                    <version>3.5.0</version>
                    <configuration>
                      <executable>java</executable>
                      <longClasspath>true</longClasspath>
                      <arguments>
                        <argument>-Xmx1g</argument>
                        <argument>-Dai.djl.offline=true</argument>
                        <argument>-classpath</argument>
                        <classpath/>
                        <argument>Readme</argument>
                      </arguments>
                    </configuration>
                  </plugin>
                </plugins>
              </build>
            </project>
            """;

    private ReadmeProject() {}

    /**
     * Writes the project, and links the user's local repository into that of the project, which has the artifacts of
     * this build. The project then needs no settings of its own and downloads nothing twice.
     *
     * @param arguments the root of this repository, the directory to write, the local repository of the user and that
     *     of the project
     */
    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        Path project = Path.of(arguments[1]);
        String readme = Files.readString(root.resolve("README.md"));
        Path sources = Files.createDirectories(project.resolve("src/main/java"));
        Files.writeString(
                project.resolve("pom.xml"), POM.formatted(blocks(readme, "xml").get(0)));
        String imports = IMPORTS.stream().map(name -> "import " + name + ";\n").collect(Collectors.joining());
        Files.writeString(
                sources.resolve("Readme.java"),
                imports + "\nclass Readme {\n    public static void main(String[] arguments) throws Exception {\n"
                        + String.join("\n", blocks(readme, "java")) + "    }\n}\n");
        Path data = root.resolve("examples/data");
        copy(data.resolve("requests/dev.tsv"), project, "train.tsv"); // the smaller file: this is not about accuracy
        copy(data.resolve("requests/dev.tsv"), project, "dev.tsv");
        copy(data.resolve("field-notes/dev.conll"), project, "train.conll");
        copy(data.resolve("field-notes/dev.conll"), project, "dev.conll");
        link(Path.of(arguments[2]), Path.of(arguments[3]));
    }

    /** Links what a directory contains into another one. Directories that both have are merged. */
    private static void link(Path from, Path to) throws IOException {
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.toList()) {
                Path target = to.resolve(entry.getFileName());
                if (entry.getFileName().toString().equals("tribuopeft")) {
                    continue; // artifacts of other builds
                }
                if (Files.notExists(target, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createSymbolicLink(target, entry.toAbsolutePath());
                } else if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                    link(entry, target);
                }
            }
        }
    }

    private static List<String> blocks(String readme, String language) {
        List<String> blocks = BLOCK.matcher(readme)
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
        if (blocks.isEmpty()) {
            throw new IllegalStateException("The README has no block of " + language);
        }
        return blocks;
    }

    private static void copy(Path from, Path directory, String name) throws IOException {
        Files.copy(from, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
}
