package io.github.tribuopeft.cli;

import io.github.tribuopeft.InferenceOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say how a model predicts on this machine, whatever it was trained on. */
final class RunOptions {

    @Mixin
    private DeviceOptions device;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Number of tokens in a batch (default: 2048). A smaller number needs less memory.")
    private Integer batchTokens;

    /**
     * Sets the number of threads of this process, and returns the options of the model.
     *
     * @throws UsageException if a value is invalid
     */
    InferenceOptions apply() {
        InferenceOptions options = device.apply();
        if (batchTokens == null) {
            return options;
        }
        if (batchTokens < 1) {
            throw new UsageException("--batch-size: expected a number of tokens, at least 1, but found " + batchTokens);
        }
        return options.withBatchTokens(batchTokens);
    }
}
