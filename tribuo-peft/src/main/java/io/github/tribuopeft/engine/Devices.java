package io.github.tribuopeft.engine;

import ai.djl.Device;
import java.util.regex.Pattern;

/** Devices of PyTorch by name. */
public final class Devices {

    /** Name of DJL's engine for PyTorch. */
    public static final String ENGINE = "PyTorch";

    private static final Pattern CUDA = Pattern.compile("cuda(:[0-9]{1,9})?");

    private Devices() {}

    /**
     * Checks that a name is valid, without checking that this machine has the device.
     *
     * @throws IllegalArgumentException if the name is not valid
     */
    public static void requireName(String name) {
        if (!name.equals("cpu") && !name.equals("auto") && !CUDA.matcher(name).matches()) {
            throw new IllegalArgumentException("Unknown device '" + name + "': expected auto, cpu or cuda:N");
        }
    }

    /**
     * Returns the device of a name.
     *
     * @param name {@code auto} (the first GPU if there is one, otherwise the CPU), {@code cpu}, {@code cuda} or {@code
     *     cuda:N}
     * @throws IllegalArgumentException if the name is not valid, or the machine does not have this GPU
     */
    public static Device resolve(String name) {
        requireName(name);
        if (name.equals("cpu")) {
            return Device.cpu();
        }
        if (name.equals("auto")) {
            return gpuCount() > 0 ? Device.gpu() : Device.cpu();
        }
        int colon = name.indexOf(':');
        int index = colon < 0 ? 0 : Integer.parseInt(name.substring(colon + 1));
        if (index >= gpuCount()) {
            throw new IllegalArgumentException("Device '" + name + "' does not exist: PyTorch finds " + gpuCount()
                    + " GPUs. Use auto or cpu, or put the CUDA build of PyTorch on the class path");
        }
        return Device.gpu(index);
    }

    /** Returns the name of a device, which {@link #resolve} accepts. */
    public static String name(Device device) {
        return device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
    }

    private static int gpuCount() {
        return TorchRuntime.engine().getGpuCount();
    }
}
