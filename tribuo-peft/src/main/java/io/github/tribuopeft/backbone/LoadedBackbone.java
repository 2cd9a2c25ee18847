package io.github.tribuopeft.backbone;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.engine.Devices;
import io.github.tribuopeft.engine.Program;
import io.github.tribuopeft.engine.TorchRuntime;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The weights, program and tokenizer that all handles of one backbone share. */
final class LoadedBackbone implements AutoCloseable {

    /** What makes two backbones the same in memory. */
    record Key(Fingerprint fingerprint, Device device, Precision precision) {}

    private final Key key;
    private final Architecture architecture;
    private final NDManager manager;
    private final Program program;
    private final BackboneTokenizer tokenizer;

    private LoadedBackbone(
            Key key, Architecture architecture, NDManager manager, Program program, BackboneTokenizer tokenizer) {
        this.key = key;
        this.architecture = architecture;
        this.manager = manager;
        this.program = program;
        this.tokenizer = tokenizer;
    }

    static LoadedBackbone load(BackboneSource source, Key key) {
        NDManager manager = NDManager.newBaseManager(key.device(), Devices.ENGINE);
        try (Checkpoint checkpoint = source.open()) {
            Architecture architecture = checkpoint.architecture();
            check(source, checkpoint);
            Program program = Program.load(manager, architecture.program(), architecture.constants());
            fill(program, manager, checkpoint, key.precision());
            return new LoadedBackbone(
                    key, architecture, manager, program, new BackboneTokenizer(checkpoint.tokenizer()));
        } catch (IOException e) {
            manager.close();
            throw new BackboneException(
                    "Backbone " + source.name() + ": its tokenizer cannot be read: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private static void check(BackboneSource source, Checkpoint checkpoint) {
        new TreeMap<>(checkpoint.architecture().weights()).forEach((name, expected) -> {
            Optional<Shape> found = checkpoint.shape(name);
            if (found.isEmpty()) {
                throw new BackboneException("Backbone " + source.name() + " has no weight '" + name + "' " + expected
                        + ", which its architecture needs");
            }
            if (!found.get().equals(expected)) {
                throw new BackboneException("Backbone " + source.name() + ": weight '" + name + "' has shape "
                        + found.get() + ", but its configuration makes it " + expected);
            }
        });
    }

    /** Hands the weights over one by one: only one of them is in memory twice at any time. */
    private static void fill(Program program, NDManager manager, Checkpoint checkpoint, Precision precision) {
        TorchRuntime.withoutGradients(() -> {
            for (String name : new TreeSet<>(checkpoint.architecture().weights().keySet())) {
                try (NDManager scope = manager.newSubManager()) {
                    NDArray dtype = scope.create(precision.torchCode()).toType(DataType.INT64, false);
                    program.call("load", List.of(dtype), Map.of(name, checkpoint.read(scope, name)));
                }
            }
            return null;
        });
    }

    Key key() {
        return key;
    }

    Architecture architecture() {
        return architecture;
    }

    Program program() {
        return program;
    }

    BackboneTokenizer tokenizer() {
        return tokenizer;
    }

    NDManager newManager() {
        return NDManager.newBaseManager(key.device(), Devices.ENGINE);
    }

    @Override
    public void close() {
        tokenizer.close();
        program.close();
        manager.close();
    }
}
