package io.github.tribuopeft.engine;

import ai.djl.Device;
import java.util.regex.Pattern;

/** The processors that this machine's PyTorch can run on, by the names users write. */
public final class Devices {

    /** The engine that backbones run on. */
    public static final String ENGINE = "PyTorch";

    private static final Pattern CUDA = Pattern.compile("cuda(:[0-9]{1,9})?");

    private Devices() {}

    /**
     * Checks that a name is one that {@link #resolve} understands, whether or not this machine has the device.
     *
     * @throws IllegalArgumentException if it is not
     */
    public static void requireName(String name) {
        if (!name.equals("cpu") && !name.equals("auto") && !CUDA.matcher(name).matches()) {
            throw new IllegalArgumentException("Unknown device '" + name + "': expected auto, cpu or cuda:N");
        }
    }

    /**
     * Finds the device of a name.
     *
     * @param name {@code auto} (the first GPU that the engine sees, else the CPU), {@code cpu}, {@code cuda} or {@code cuda:N}
     * @throws IllegalArgumentException if the name is none of these or the machine has no such GPU
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
            throw new IllegalArgumentException("There is no device '" + name + "': PyTorch sees " + gpuCount()
                    + " GPUs here. Use auto or cpu, or put the CUDA build of PyTorch on the class path");
        }
        return Device.gpu(index);
    }

    /** The name by which {@link #resolve} finds the device again. */
    public static String name(Device device) {
        return device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
    }

    private static int gpuCount() {
        return TorchRuntime.engine().getGpuCount();
    }
}
