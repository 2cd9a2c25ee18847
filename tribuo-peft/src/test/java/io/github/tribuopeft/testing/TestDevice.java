package io.github.tribuopeft.testing;

import ai.djl.Device;
import io.github.tribuopeft.engine.Devices;

/** The device of the tests: that of the system property {@code test.device}, the CPU by default. */
public final class TestDevice {
    private static final String NAME = System.getProperty("test.device", "cpu");

    private TestDevice() {}

    public static Device get() {
        return Devices.resolve(NAME);
    }

    /** Returns the name, as settings of trainers contain it. */
    public static String name() {
        return NAME;
    }
}
