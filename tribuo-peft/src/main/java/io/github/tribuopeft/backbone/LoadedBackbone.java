package io.github.tribuopeft.backbone;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.engine.NativeLibraries;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.engine.TorchScriptModule;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The weights, program and tokenizer that all handles of one backbone share. */
final class LoadedBackbone implements AutoCloseable {

    /** What makes two backbones the same in memory. */
    record Key(Fingerprint fingerprint, Device device, Precision precision) {}

    private final Key key;
    private final Architecture architecture;
    private final DefaultPooling defaultPooling;
    private final boolean lmHead;
    private final NDManager manager;
    private final TorchScriptModule program;
    private final ForwardPass pass;
    private final BackboneTokenizer tokenizer;

    private LoadedBackbone(
            Key key,
            Architecture architecture,
            DefaultPooling defaultPooling,
            boolean lmHead,
            NDManager manager,
            TorchScriptModule program,
            ForwardPass pass,
            BackboneTokenizer tokenizer) {
        this.key = key;
        this.architecture = architecture;
        this.defaultPooling = defaultPooling;
        this.lmHead = lmHead;
        this.manager = manager;
        this.program = program;
        this.pass = pass;
        this.tokenizer = tokenizer;
    }

    /**
     * Loads a backbone. Nothing stays open if that fails.
     *
     * @param fingerprint says what was loaded; asked for when the weights are in memory
     */
    static LoadedBackbone load(
            BackboneSource source, Device device, Precision precision, Supplier<Fingerprint> fingerprint) {
        NativeLibraries.tokenizers();
        NDManager manager = TorchRuntime.newManager(device);
        try (Checkpoint checkpoint = source.open()) {
            BackboneTokenizer tokenizer = tokenizer(source, checkpoint);
            try {
                Architecture architecture = checkpoint.architecture();
                requireEmbeddings(source, architecture, tokenizer);
                TorchScriptModule program =
                        TorchScriptModule.load(manager, architecture.program(), architecture.constants());
                boolean lmHead = fill(program, manager, source, checkpoint, precision);
                return new LoadedBackbone(
                        new Key(fingerprint.get(), device, precision),
                        architecture,
                        checkpoint.pooling().orElse(architecture.causal() ? DefaultPooling.LAST : DefaultPooling.MEAN),
                        lmHead,
                        manager,
                        program,
                        pass(checkpoint, manager, program, precision),
                        tokenizer);
            } catch (RuntimeException | Error e) {
                tokenizer.close();
                throw e;
            }
        } catch (OutOfMemoryError e) {
            manager.close();
            throw new BackboneException(
                    "Backbone " + source.name() + " does not fit into the Java heap of "
                            + Runtime.getRuntime().maxMemory() + " bytes; set a larger one with -Xmx",
                    e);
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    private static BackboneTokenizer tokenizer(BackboneSource source, Checkpoint checkpoint) {
        try {
            return new BackboneTokenizer(checkpoint.tokenizer());
        } catch (IOException e) {
            throw BackboneException.unreadable("Backbone " + source.name() + ": its tokenizer", e);
        }
    }

    /** Refuses a tokenizer of another model, or one with more tokens than the embeddings have been resized for. */
    private static void requireEmbeddings(
            BackboneSource source, Architecture architecture, BackboneTokenizer tokenizer) {
        int vocabulary = architecture.dimensions().vocabulary();
        if (tokenizer.largestId() >= vocabulary) {
            throw new BackboneException("Backbone " + source.name() + ": its tokenizer has ids up to "
                    + tokenizer.largestId() + ", but its word embeddings have only " + vocabulary
                    + " rows. Use the tokenizer that belongs to it, or resize the embeddings");
        }
        Shape types = architecture.weights().get(Architecture.TOKEN_TYPES);
        if (types != null && tokenizer.largestTypeId() >= types.get(0)) {
            throw new BackboneException("Backbone " + source.name() + ": its tokenizer has token types up to "
                    + tokenizer.largestTypeId() + ", but its token type embeddings have only " + types.get(0)
                    + " rows");
        }
    }

    private static ForwardPass pass(
            Checkpoint checkpoint, NDManager manager, TorchScriptModule program, Precision precision) {
        return checkpoint
                .module()
                .<ForwardPass>map(file ->
                        TracedBackbone.load(file, checkpoint.architecture().dimensions(), manager, program, precision))
                .orElse((inputs, adapter) -> program.call("forward", inputs, adapter));
    }

    /**
     * Hands weights over one by one, each checked against what the architecture expects.
     *
     * @return whether there are all that a language model's head reads
     */
    private static boolean fill(
            TorchScriptModule program,
            NDManager manager,
            BackboneSource source,
            Checkpoint checkpoint,
            Precision precision) {
        Architecture architecture = checkpoint.architecture();
        Map<String, Shape> missing = new TreeMap<>(architecture.weights());
        missing.putAll(architecture.lmHead());
        TorchRuntime.withoutGradients(() -> {
            checkpoint.read(manager, (name, values, format) -> {
                if (Thread.currentThread().isInterrupted()) {
                    values.close();
                    throw new BackboneException("Backbone " + source.name() + ": reading was interrupted");
                }
                try (values;
                        NDManager scope = manager.newSubManager()) {
                    Shape expected = missing.remove(name);
                    if (!values.getShape().equals(expected)) {
                        throw new BackboneException("Backbone " + source.name() + ": weight '" + name + "' has shape "
                                + values.getShape() + ", but its configuration makes it " + expected);
                    }
                    NDArray formats = scope.create(new long[] {
                        format.transportType().torchCode(),
                        format.torchCode(),
                        precision.format().torchCode()
                    });
                    NDArray check = program.call("load", List.of(formats), Map.of(name, values));
                    if (!Float.isFinite(check.getFloat())) {
                        throw new BackboneException("Backbone " + source.name() + ": weight '" + name + "' "
                                + expected + " contains NaN or infinity in " + precision.format()
                                + "; expected finite numbers");
                    }
                } catch (EngineException e) {
                    throw new BackboneException(
                            "Backbone " + source.name() + ": weight '" + name
                                    + "' cannot be copied into memory; all weights take "
                                    + architecture.parameters()
                                            * precision.format().bytes()
                                    + " bytes: " + TorchScriptModule.reason(e),
                            e);
                }
            });
            return null;
        });
        boolean lmHead = architecture.causal();
        for (Map.Entry<String, Shape> weight : missing.entrySet()) {
            if (!architecture.lmHead().containsKey(weight.getKey())) {
                throw new BackboneException("Backbone " + source.name() + " has no weight '" + weight.getKey() + "' "
                        + weight.getValue() + ", which its architecture needs");
            }
            lmHead = false;
        }
        return lmHead;
    }

    Key key() {
        return key;
    }

    Architecture architecture() {
        return architecture;
    }

    DefaultPooling defaultPooling() {
        return defaultPooling;
    }

    /** Whether the program can make logits of the vocabulary. */
    boolean hasLmHead() {
        return lmHead;
    }

    TorchScriptModule program() {
        return program;
    }

    ForwardPass pass() {
        return pass;
    }

    BackboneTokenizer tokenizer() {
        return tokenizer;
    }

    NDManager newManager() {
        return TorchRuntime.newManager(key.device());
    }

    @Override
    public void close() {
        tokenizer.close();
        pass.close();
        program.close();
        manager.close();
    }
}
