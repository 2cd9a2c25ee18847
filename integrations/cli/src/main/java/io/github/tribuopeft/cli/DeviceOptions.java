package io.github.tribuopeft.cli;

import io.github.tribuopeft.InferenceOptions;
import io.github.tribuopeft.backbone.Precision;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the device, the precision and the threads that a model runs with. */
final class DeviceOptions {

    @Option(
            names = "--device",
            paramLabel = "auto|cpu|cuda:N",
            description = "Device of the computation (default: auto, whatever the model was trained on).")
    private String device = InferenceOptions.DEFAULT.device();

    @Option(
            names = "--precision",
            paramLabel = "fp32|bf16",
            description = "Number format of the backbone's computation (default: that of the training).")
    private String precision;

    @Mixin
    private ThreadOptions threads;

    /**
     * Sets the number of threads of this process, and returns the options of the model.
     *
     * @throws UsageException if a value is invalid
     */
    InferenceOptions apply() {
        InferenceOptions options = InferenceOptions.DEFAULT;
        try {
            options = options.withDevice(device);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--device: " + e.getMessage(), e);
        }
        if (precision != null) {
            options = options.withPrecision(parsed(precision));
        }
        threads.apply();
        return options;
    }

    private static Precision parsed(String precision) {
        try {
            return Precision.parse(precision);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--precision: " + e.getMessage(), e);
        }
    }
}
