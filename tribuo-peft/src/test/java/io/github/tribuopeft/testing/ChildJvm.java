package io.github.tribuopeft.testing;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Program of the test class path in a separate JVM, for tests that end or crash a JVM. */
public final class ChildJvm {

    private static final long SECONDS = 120;

    private final Process process;
    private final Path folder;

    private ChildJvm(Process process, Path folder) {
        this.process = process;
        this.folder = folder;
    }

    /**
     * Result of a program.
     *
     * @param code the exit code
     * @param out the standard output
     * @param err the standard error output
     */
    public record Outcome(int code, String out, String err) {}

    /**
     * Starts a program.
     *
     * @param folder the working directory, which also receives the output
     * @param options options of the JVM
     */
    public static ChildJvm start(
            Path folder, List<String> options, Map<String, String> environment, Class<?> main, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-Dai.djl.offline=true"));
        // access to native libraries and memory, as in this JVM
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--"))
                .forEach(command::add);
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out.txt").toFile())
                .redirectError(folder.resolve("err.txt").toFile());
        builder.environment().putAll(environment);
        return new ChildJvm(builder.start(), folder);
    }

    /** Sends a signal, such as {@code INT}. */
    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
    }

    /** Waits until the program ends. */
    public Outcome await() throws IOException, InterruptedException {
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError("The program did not end within " + SECONDS + " s; it wrote "
                    + Files.readString(folder.resolve("err.txt")));
        }
        return new Outcome(
                process.exitValue(),
                Files.readString(folder.resolve("out.txt")),
                Files.readString(folder.resolve("err.txt")));
    }

    /** Returns the crash reports of the JVM in a directory. */
    public static List<Path> crashReports(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("(hs_err|core).*"))
                    .toList();
        }
    }
}
