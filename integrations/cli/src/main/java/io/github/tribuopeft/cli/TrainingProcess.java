package io.github.tribuopeft.cli;

import io.github.tribuopeft.evaluation.comparison.Cell;
import io.github.tribuopeft.evaluation.comparison.Comparison;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs this command in another process that trains one model of the comparison, so that the memory of the process is
 * that of this training run.
 *
 * @param arguments the arguments of this command
 */
record TrainingProcess(List<String> arguments) implements Comparison.CellProcess {

    /** Option that names the model to train; see {@link #parse}. */
    static final String OPTION = "--only";

    /** Returns the model that the value of {@link #OPTION} names. */
    static Cell.Key parse(String value) {
        String[] parts = value.split(":", 3);
        return new Cell.Key(parts[2], Long.parseLong(parts[0]), Integer.parseInt(parts[1]));
    }

    @Override
    public void train(Cell.Key key) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Peft.class.getName()));
        command.addAll(arguments);
        command.addAll(List.of(OPTION, key.seed() + ":" + key.trainingSize() + ":" + key.candidate()));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Thread kill = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(kill);
        try {
            List<String> messages = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            int code = process.waitFor();
            if (code != 0) {
                String reason = messages.isEmpty() ? "exit code " + code : messages.get(messages.size() - 1);
                throw new IOException("training " + key + " in its own process: " + reason.replaceFirst("^peft: ", ""));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("training " + key + " was interrupted", e);
        } finally {
            removeHook(kill);
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // this process is ending, and the hook runs
        }
    }
}
