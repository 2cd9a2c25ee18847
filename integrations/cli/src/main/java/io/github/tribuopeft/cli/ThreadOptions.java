package io.github.tribuopeft.cli;

import io.github.tribuopeft.engine.TorchRuntime;
import picocli.CommandLine.Option;

/** Options for the numbers of threads. */
final class ThreadOptions {

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Number of worker threads (default: number of processors). Results do not depend on it.")
    private Integer workers;

    @Option(
            names = "--operation-threads",
            paramLabel = "N",
            description = "Number of threads of one operation (default: 1). Above 1, there is one worker and the last "
                    + "bits of results depend on the number.")
    private Integer operationThreads;

    /** Sets the numbers that are given. */
    void apply() {
        if (workers != null) {
            TorchRuntime.setThreads(workers);
        }
        if (operationThreads != null) {
            TorchRuntime.setOperationThreads(operationThreads);
        }
    }
}
